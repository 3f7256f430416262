/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-service.h"

#include <string.h>

#include "sb-audience.h"
#include "sb-token.h"
#include "sb-util.h"

#define MAX_BODY (1024 * 1024)

struct _SbService
{
  GObject parent_instance;

  SbStore *store; /* owned by who made us, outlives us */
  SbLabs *labs;
  SbFaults *faults;
  SoupServer *server;
  char *key;
  guint port;
};

G_DEFINE_FINAL_TYPE (SbService, sb_service, G_TYPE_OBJECT)

static const SbRoute *const areas[] = {
  sb_identity_routes, sb_device_routes,    sb_student_routes,  sb_subscription_routes,
  sb_account_routes,  sb_lab_routes,       sb_settings_routes, sb_environment_routes,
  sb_user_routes,     sb_operation_routes, sb_control_routes,
};

/* Finds the route; on a path that only other methods have, @other_method is set. */
static const SbRoute *
find_route (SbRequest *request, gboolean *other_method)
{
  *other_method = FALSE;
  for (guint area = 0; area < G_N_ELEMENTS (areas); area++)
    {
      for (const SbRoute *route = areas[area]; route->method != NULL; route++)
        {
          g_hash_table_remove_all (request->params);
          if (!sb_path_match (route->template, request->path, request->params))
            continue;
          if (g_str_equal (route->method, request->method))
            return route;
          *other_method = TRUE;
        }
    }

  return NULL;
}

static gboolean
check_version (const SbRoute *route, SbRequest *request, GError **error)
{
  const char *given = sb_request_get_query (request, "api-version");

  if (route->version == NULL)
    return TRUE;
  if (given == NULL || *given == '\0')
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_MISSING_API_VERSION,
                           "The api-version query parameter (?api-version=) is required for all "
                           "requests.");
      return FALSE;
    }
  if (!g_str_equal (given, route->version))
    {
      g_set_error (error, SB_ERROR, SB_ERROR_INVALID_API_VERSION,
                   "The api-version '%.32s' is invalid. The supported versions are '%s'.", given,
                   route->version);
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_token (SbService *self, SbRequest *request, GError **error)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (request->message);
  const char *value = soup_message_headers_get_one (headers, "Authorization");
  g_autoptr (JsonObject) claims = NULL;
  const char *audience;

  if (value == NULL || g_ascii_strncasecmp (value, "Bearer ", 7) != 0)
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_NO_TOKEN,
                           "Authentication failed. The 'Authorization' header is missing.");
      return FALSE;
    }

  claims = sb_token_verify (value + 7, self->key, error);
  if (claims == NULL)
    return FALSE;

  audience = json_object_get_string_member_with_default (claims, "aud", "");
  if (!sb_audience_is_ours (audience, self->port))
    {
      g_set_error_literal (
          error, SB_ERROR, SB_ERROR_WRONG_AUDIENCE,
          "The access token has been obtained for the wrong audience or resource.");
      return FALSE;
    }

  request->person =
      sb_store_find_person (self->store,
                            json_object_get_string_member_with_default (claims, "oid", ""), NULL);
  if (request->person == NULL ||
      g_strcmp0 (json_object_get_string_member_with_default (claims, "tid", ""),
                 request->person->tenant_id) != 0)
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_INVALID_TOKEN,
                           "The access token is from the wrong issuer or for nobody known here.");
      return FALSE;
    }
  request->caller.person_id = request->person->id;

  return TRUE;
}

/* "Microsoft.LabServices/labaccounts/labs/read", from the template and the method. */
static char *
dup_action (const SbRoute *route)
{
  const char *types = strstr (route->template, "/providers/Microsoft.LabServices");
  g_auto (GStrv) segments = NULL;
  g_autoptr (GString) action = NULL;

  if (types == NULL)
    return g_strdup ("Microsoft.Resources/subscriptions/read");

  action = g_string_new (NULL);
  segments = g_strsplit (types + strlen ("/providers/"), "/", -1);
  for (guint i = 0; segments[i] != NULL; i++)
    {
      if (*segments[i] != '{')
        g_string_append_printf (action, "%s%s", i > 0 ? "/" : "", segments[i]);
    }

  if (g_str_equal (route->method, "GET"))
    g_string_append (action, "/read");
  else if (g_str_equal (route->method, "DELETE"))
    g_string_append (action, "/delete");
  else if (g_str_equal (route->method, "POST"))
    g_string_append (action, "/action");
  else
    g_string_append (action, "/write");

  return g_string_free (g_steal_pointer (&action), FALSE);
}

static gboolean
check_role (SbService *self, const SbRoute *route, SbRequest *request, GError **error)
{
  const char *subscription = sb_request_get_param (request, "subscriptionId");
  g_autoptr (SbSubscription) found = NULL;
  g_autofree char *scope = NULL;
  g_autofree char *role = NULL;
  g_autofree char *action = NULL;

  if (subscription != NULL)
    {
      found = sb_store_find_subscription (self->store, subscription, NULL);
      if (found == NULL)
        {
          g_set_error (error, SB_ERROR, SB_ERROR_SUBSCRIPTION_NOT_FOUND,
                       "The subscription '%.64s' could not be found.", subscription);
          return FALSE;
        }
    }

  scope = g_uri_unescape_string (request->path, NULL);
  role = sb_store_dup_role (self->store, request->person->id, scope, error);
  if (role == NULL)
    return FALSE;
  if (g_str_equal (role, "Owner") || g_str_equal (role, "Contributor") ||
      (g_str_equal (role, "Reader") && g_str_equal (route->method, "GET")))
    return TRUE;

  action = dup_action (route);
  g_set_error (error, SB_ERROR, SB_ERROR_FORBIDDEN,
               "The client '%s' with object id '%s' does not have authorization to perform action "
               "'%s' over scope '%.400s' or the scope is invalid. If access was recently granted, "
               "please refresh your credentials.",
               request->person->user_name, request->person->id, action, scope);
  return FALSE;
}

static gboolean
dispatch (SbService *self, SbRequest *request, GError **error)
{
  gboolean other_method;
  const SbRoute *route = find_route (request, &other_method);

  if (route == NULL)
    {
      g_set_error (error, SB_ERROR, other_method ? SB_ERROR_METHOD_NOT_ALLOWED : SB_ERROR_NO_ROUTE,
                   other_method ? "The method '%.16s' is not allowed for '%.200s'."
                                : "There is nothing for '%.16s' at '%.200s'.",
                   request->method, request->path);
      return FALSE;
    }

  if (route->kind != SB_ROUTE_OPEN && !check_token (self, request, error))
    return FALSE;
  if (!check_version (route, request, error))
    return FALSE;
  if (route->kind == SB_ROUTE_ROLE && !check_role (self, route, request, error))
    return FALSE;

  return route->handler (self, request, error);
}

/* A page elsewhere whose name was made to lead here must not be able to use this service. */
static gboolean
is_own_host (SbService *self, SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *host = soup_message_headers_get_one (headers, "Host");
  g_autofree char *port = g_strdup_printf (":%u", self->port);
  static const char *const names[] = { "127.0.0.1", "localhost", "[::1]" };

  for (guint i = 0; host != NULL && i < G_N_ELEMENTS (names); i++)
    {
      const char *rest = host + strlen (names[i]);

      if (g_ascii_strncasecmp (host, names[i], strlen (names[i])) == 0 && g_str_equal (rest, port))
        return TRUE;
    }

  return FALSE;
}

static void
request_cb (SoupServer *server,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  SbService *self = user_data;
  g_autoptr (SbRequest) request = sb_request_new (message, self->port);
  g_autoptr (GError) error = NULL;

  if (!is_own_host (self, message))
    {
      g_set_error_literal (&error, SB_ERROR, SB_ERROR_INVALID_PARAMETER,
                           "The Host header names another service.");
      sb_request_reply_error (request, error);
      return;
    }
  if (sb_faults_apply (self->faults, request))
    return;

  if (!dispatch (self, request, &error))
    sb_request_reply_error (request, error);
  g_debug ("%s %s: %u", request->method, request->path, soup_server_message_get_status (message));
  sb_faults_spoil (self->faults, request);
}

static void
refuse_body (SbService *self, SoupServerMessage *message)
{
  g_autoptr (SbRequest) request = sb_request_new (message, self->port);
  g_autoptr (GError) error = NULL;

  g_set_error (&error, SB_ERROR, SB_ERROR_TOO_LARGE, "The request content is larger than %d bytes.",
               MAX_BODY);
  sb_request_reply_error (request, error);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Connection",
                                "close");
}

static void
got_chunk_cb (SoupServerMessage *message, GBytes *chunk, SbService *self)
{
  gsize size = g_bytes_get_size (chunk);

  size += GPOINTER_TO_SIZE (g_object_get_data (G_OBJECT (message), "sb-body-size"));
  g_object_set_data (G_OBJECT (message), "sb-body-size", GSIZE_TO_POINTER (size));
  if (size > MAX_BODY)
    g_socket_shutdown (soup_server_message_get_socket (message), TRUE, TRUE, NULL);
}

static void
headers_cb (SoupServer *server,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  SbService *self = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  if (soup_message_headers_get_content_length (headers) > MAX_BODY)
    refuse_body (self, message);
  else
    g_signal_connect_object (message, "got-chunk", G_CALLBACK (got_chunk_cb), self, 0);
}

static gboolean
listen_on (SbService *self, GInetAddress *address, guint port, GError **error)
{
  g_autoptr (GSocketAddress) where = g_inet_socket_address_new (address, (guint16) port);

  return soup_server_listen (self->server, where, 0, error);
}

static guint
find_own_port (SbService *self)
{
  GSList *uris = soup_server_get_uris (self->server);
  guint port = uris != NULL ? (guint) g_uri_get_port (uris->data) : 0;

  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  return port;
}

static void
sb_service_dispose (GObject *object)
{
  SbService *self = SB_SERVICE (object);

  if (self->server != NULL)
    sb_service_stop (self);
  g_clear_object (&self->server);
  g_clear_object (&self->labs);
  g_clear_object (&self->faults);
  g_clear_pointer (&self->key, g_free);
  G_OBJECT_CLASS (sb_service_parent_class)->dispose (object);
}

static void
sb_service_class_init (SbServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sb_service_dispose;
}

static void
sb_service_init (SbService *self)
{
  self->faults = sb_faults_new ();
}

SbService *
sb_service_new (SbStore *store, SbLabs *labs, GError **error)
{
  g_autoptr (SbService) self = g_object_new (SB_TYPE_SERVICE, NULL);
  g_autoptr (GError) problem = NULL;

  self->store = store;
  self->labs = g_object_ref (labs);
  self->key = sb_store_dup_meta (store, "signing-key", &problem);
  if (self->key == NULL && problem == NULL)
    {
      self->key = sb_random_token (32);
      sb_store_set_meta (store, "signing-key", self->key, &problem);
    }
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }

  self->server = g_object_new (SOUP_TYPE_SERVER, "server-header", "labconnect-sandbox ", NULL);
  soup_server_add_early_handler (self->server, NULL, headers_cb, self, NULL);
  soup_server_add_handler (self->server, NULL, request_cb, self, NULL);

  return g_steal_pointer (&self);
}

gboolean
sb_service_listen (SbService *self, guint port, GError **error)
{
  g_autoptr (GInetAddress) v4 = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GInetAddress) v6 = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV6);
  g_autoptr (GError) problem = NULL;

  /* A free port on one family may be taken on the other: then look for another one. */
  for (guint attempt = 0; attempt < 16; attempt++)
    {
      if (!listen_on (self, v4, port, error))
        return FALSE;
      self->port = find_own_port (self);
      g_clear_error (&problem);
      if (listen_on (self, v6, self->port, &problem))
        return TRUE;
      if (!g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
        {
          g_message ("No IPv6 loopback here: listening on 127.0.0.1 only");
          return TRUE;
        }
      soup_server_disconnect (self->server);
      if (port != 0)
        break;
    }

  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

guint
sb_service_get_port (SbService *self)
{
  return self->port;
}

void
sb_service_stop (SbService *self)
{
  sb_faults_clear (self->faults);
  soup_server_disconnect (self->server);
}

SbStore *
sb_service_get_store (SbService *self)
{
  return self->store;
}

SbLabs *
sb_service_get_labs (SbService *self)
{
  return self->labs;
}

SbFaults *
sb_service_get_faults (SbService *self)
{
  return self->faults;
}

const char *
sb_service_get_key (SbService *self)
{
  return self->key;
}
