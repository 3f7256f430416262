/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-faults.h"

#include <string.h>

#define MAX_RULES 100
#define MAX_COUNT 1000000

typedef enum
{
  THROTTLE,
  FAIL,
  HANG,
  CUT,
  INVALID_JSON,
  SLOW_OPERATION,
  FAIL_OPERATION,
  EXPIRED_TOKEN,
  N_ACTIONS
} Action;

static const char *const action_names[N_ACTIONS + 1] = {
  "throttle",       "error",          "hang",          "cut", "invalid-json",
  "slow-operation", "fail-operation", "expired-token", NULL,
};

typedef struct
{
  char *method; /* (nullable): any */
  GRegex *path;
  Action action;
  gint64 count; /* how often it still applies */
  gint64 skip;  /* how often it does not apply before that */
  gint64 applied;
  gint64 status;
  gint64 seconds;
  gboolean has_retry_after;
  char *code;
  char *message;
} Rule;

struct _SbFaults
{
  GObject parent_instance;

  GPtrArray *rules;
  GPtrArray *hanging; /* SoupServerMessage */
};

G_DEFINE_FINAL_TYPE (SbFaults, sb_faults, G_TYPE_OBJECT)

static void
rule_free (Rule *rule)
{
  g_free (rule->method);
  g_regex_unref (rule->path);
  g_free (rule->code);
  g_free (rule->message);
  g_free (rule);
}

static gboolean
rule_fits (const Rule *rule, SbRequest *request)
{
  return rule->applied < rule->skip + rule->count &&
         (rule->method == NULL || g_ascii_strcasecmp (rule->method, request->method) == 0) &&
         g_regex_match (rule->path, request->path, 0, NULL);
}

/* What the rule asks for happens where the answer is written: this remembers it. */
static void
remember (SbRequest *request, Action action)
{
  g_object_set_data (G_OBJECT (request->message), "sb-fault", GINT_TO_POINTER (action + 1));
}

static void
reply_code (SbRequest *request, guint status, const char *code, const char *message)
{
  JsonObject *envelope = json_object_new ();
  JsonObject *body = json_object_new ();

  json_object_set_string_member (body, "code", code);
  json_object_set_string_member (body, "message", message);
  json_object_set_object_member (envelope, "error", body);
  sb_request_reply_json (request, status, envelope);
}

static void
set_retry_after (SbRequest *request, const Rule *rule)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  g_autofree char *seconds = g_strdup_printf ("%" G_GINT64_FORMAT, rule->seconds);

  if (rule->has_retry_after)
    soup_message_headers_replace (headers, "Retry-After", seconds);
}

static void
hang (SbFaults *self, SbRequest *request)
{
  soup_server_message_pause (request->message);
  g_ptr_array_add (self->hanging, g_object_ref (request->message));
}

static void
expire_token (SbRequest *request)
{
  g_autoptr (GError) error = g_error_new_literal (SB_ERROR, SB_ERROR_EXPIRED_TOKEN,
                                                  "The access token expiry time has passed.");

  sb_request_reply_error (request, error);
}

static gboolean
apply_rule (SbFaults *self, const Rule *rule, SbRequest *request)
{
  switch (rule->action)
    {
    case THROTTLE:
      set_retry_after (request, rule);
      reply_code (request, 429, rule->code, rule->message);
      return TRUE;
    case FAIL:
      set_retry_after (request, rule);
      reply_code (request, (guint) rule->status, rule->code, rule->message);
      return TRUE;
    case HANG:
      hang (self, request);
      return TRUE;
    case EXPIRED_TOKEN:
      expire_token (request);
      return TRUE;
    case SLOW_OPERATION:
      request->caller.delay = (guint) rule->seconds * 1000;
      return FALSE;
    case FAIL_OPERATION:
      request->caller.delay = (guint) rule->seconds * 1000;
      request->caller.fail_code = rule->code;
      request->caller.fail_message = rule->message;
      return FALSE;
    case CUT:
    case INVALID_JSON:
      remember (request, rule->action);
      return FALSE;
    case N_ACTIONS:
    default:
      return FALSE;
    }
}

static void
wrote_chunk_cb (SoupServerMessage *message, gpointer user_data)
{
  GSocket *socket = soup_server_message_get_socket (message);

  if (socket != NULL)
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

/* Half of the answer, of which more was announced, and then nothing. */
static void
cut (SbRequest *request)
{
  SoupMessageBody *body = soup_server_message_get_response_body (request->message);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  g_autoptr (GBytes) whole = soup_message_body_flatten (body);
  gsize length = g_bytes_get_size (whole);
  g_autoptr (GBytes) half = g_bytes_new_from_bytes (whole, 0, length / 2);

  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_body_truncate (body);
  soup_message_body_append_bytes (body, half);
  g_signal_connect (request->message, "wrote-chunk", G_CALLBACK (wrote_chunk_cb), NULL);
}

/* The default of each action, before what the rule says itself. */
static Rule *
rule_new (Action action)
{
  Rule *rule = g_new0 (Rule, 1);

  rule->action = action;
  rule->count = 1;
  rule->status = 503;
  rule->seconds = action == SLOW_OPERATION ? 5 : action == THROTTLE ? 1 : 0;
  rule->has_retry_after = action == THROTTLE;
  rule->code = g_strdup (action == THROTTLE         ? "TooManyRequests"
                         : action == FAIL_OPERATION ? "VirtualMachineFailed"
                                                    : "ServiceUnavailable");
  rule->message = g_strdup (action == THROTTLE         ? "The request was throttled."
                            : action == FAIL_OPERATION ? "The virtual machine did not start."
                                                       : "The service is unavailable.");

  return rule;
}

static gboolean
parse_match (Rule *rule, JsonObject *match, GError **error)
{
  const char *method, *path;

  if (!sb_json_get_text (match, "method", FALSE, &method, error) ||
      !sb_json_get_text (match, "path", FALSE, &path, error))
    return FALSE;

  rule->method = g_strdup (method);
  rule->path = g_regex_new (path != NULL ? path : "", G_REGEX_CASELESS, 0, NULL);
  if (rule->path != NULL)
    return TRUE;

  rule->path = g_regex_new ("", 0, 0, NULL);
  g_set_error_literal (error, SB_ERROR, SB_ERROR_INVALID_CONTENT,
                       "'path' is not a regular expression.");
  return FALSE;
}

static void
sb_faults_dispose (GObject *object)
{
  SbFaults *self = SB_FAULTS (object);

  sb_faults_clear (self);
  g_clear_pointer (&self->rules, g_ptr_array_unref);
  g_clear_pointer (&self->hanging, g_ptr_array_unref);
  G_OBJECT_CLASS (sb_faults_parent_class)->dispose (object);
}

static void
sb_faults_class_init (SbFaultsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sb_faults_dispose;
}

static void
sb_faults_init (SbFaults *self)
{
  self->rules = g_ptr_array_new_with_free_func ((GDestroyNotify) rule_free);
  self->hanging = g_ptr_array_new_with_free_func (g_object_unref);
}

SbFaults *
sb_faults_new (void)
{
  return g_object_new (SB_TYPE_FAULTS, NULL);
}

gboolean
sb_faults_add (SbFaults *self, JsonObject *object, GError **error)
{
  const char *action = NULL, *code, *message;
  JsonObject *match;
  Rule *rule;
  guint i = 0;

  if (!sb_json_get_one_of (object, "action", action_names, &action, error) ||
      !sb_json_get_object (object, "match", FALSE, &match, error) ||
      !sb_json_get_text (object, "code", FALSE, &code, error) ||
      !sb_json_get_text (object, "message", FALSE, &message, error))
    return FALSE;
  if (action == NULL || self->rules->len >= MAX_RULES)
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_INVALID_CONTENT,
                           action == NULL ? "'action' is missing." : "There are too many rules.");
      return FALSE;
    }

  while (!g_str_equal (action_names[i], action))
    i++;
  rule = rule_new ((Action) i);
  if (code != NULL)
    g_set_str (&rule->code, code);
  if (message != NULL)
    g_set_str (&rule->message, message);
  if (!parse_match (rule, match, error) ||
      !sb_json_get_int (object, "count", 1, MAX_COUNT, &rule->count, error) ||
      !sb_json_get_int (object, "skip", 0, MAX_COUNT, &rule->skip, error) ||
      !sb_json_get_int (object, "status", 400, 599, &rule->status, error) ||
      !sb_json_get_int (object, "seconds", 0, 3600, &rule->seconds, error))
    {
      rule_free (rule);
      return FALSE;
    }
  if (json_object_has_member (object, "retryAfter"))
    {
      rule->has_retry_after = TRUE;
      if (!sb_json_get_int (object, "retryAfter", 0, 3600, &rule->seconds, error))
        {
          rule_free (rule);
          return FALSE;
        }
    }
  g_ptr_array_add (self->rules, rule);

  return TRUE;
}

JsonArray *
sb_faults_list (SbFaults *self)
{
  JsonArray *rules = json_array_new ();

  for (guint i = 0; i < self->rules->len; i++)
    {
      const Rule *rule = self->rules->pdata[i];
      JsonObject *item = json_object_new ();

      json_object_set_string_member (item, "action", action_names[rule->action]);
      json_object_set_string_member (item, "path", g_regex_get_pattern (rule->path));
      json_object_set_int_member (item, "count", rule->count);
      json_object_set_int_member (item, "applied", MAX (rule->applied - rule->skip, 0));
      json_array_add_object_element (rules, item);
    }

  return rules;
}

void
sb_faults_clear (SbFaults *self)
{
  g_ptr_array_set_size (self->rules, 0);
  for (guint i = 0; i < self->hanging->len; i++)
    {
      SoupServerMessage *message = self->hanging->pdata[i];

      /* The caller may be gone since. */
      if (soup_server_message_get_socket (message) == NULL)
        continue;
      soup_server_message_set_status (message, SOUP_STATUS_SERVICE_UNAVAILABLE, NULL);
      soup_server_message_unpause (message);
    }
  g_ptr_array_set_size (self->hanging, 0);
}

gboolean
sb_faults_apply (SbFaults *self, SbRequest *request)
{
  /* The controls themselves always work. */
  if (g_str_has_prefix (request->path, "/sandbox/"))
    return FALSE;

  for (guint i = 0; i < self->rules->len; i++)
    {
      Rule *rule = self->rules->pdata[i];

      if (!rule_fits (rule, request))
        continue;
      rule->applied++;
      if (rule->applied <= rule->skip)
        continue;
      g_message ("%s %s: fault %s", request->method, request->path, action_names[rule->action]);
      return apply_rule (self, rule, request);
    }

  return FALSE;
}

void
sb_faults_spoil (SbFaults *self, SbRequest *request)
{
  gpointer data = g_object_get_data (G_OBJECT (request->message), "sb-fault");

  if (data == NULL)
    return;

  if (GPOINTER_TO_INT (data) - 1 == CUT)
    cut (request);
  else
    soup_server_message_set_response (request->message, "application/json; charset=utf-8",
                                      SOUP_MEMORY_STATIC,
                                      "{\"value\":[{\"id\":", strlen ("{\"value\":[{\"id\":"));
}
