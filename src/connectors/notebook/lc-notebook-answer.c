/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-notebook-answer.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "lc-validate.h"

#define MARK         "@LC "
#define MAX_LINE     16384
#define MAX_SERVERS  64
#define MAX_LOG      8192
#define MAX_TOKEN    512
#define MAX_BASE_URL 512

/* The description is a flat object. json-glib's parser recurses, so what could nest deeper than
 * that does not reach it. */
static gboolean
is_flat (const char *json, gsize length)
{
  guint opened = 0;

  for (gsize i = 0; i < length; i++)
    if (json[i] == '{' || json[i] == '[')
      opened++;

  return opened > 0 && opened <= 32;
}

static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return "";

  return json_node_get_string (node);
}

static gint64
get_int (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
                 json_node_get_value_type (node) == G_TYPE_INT64
             ? json_node_get_int (node)
             : 0;
}

static gboolean
get_boolean (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
         json_node_get_value_type (node) == G_TYPE_BOOLEAN && json_node_get_boolean (node);
}

/* The characters that RFC 3986 allows in a path, "%" included. */
static gboolean
is_path (const char *text)
{
  return *text == '/' && strlen (text) <= MAX_BASE_URL &&
         text[strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                            "-._~!$&'()*+,;=:@%/")] == '\0';
}

static gboolean
is_token (const char *text)
{
  const char *end = text;

  while (*end > ' ' && *end < 127)
    end++;

  return *end == '\0' && end - text <= MAX_TOKEN;
}

static gboolean
is_socket_path (const char *text)
{
  return *text == '/' && strlen (text) < 108 && g_utf8_validate (text, -1, NULL);
}

/* "http+unix://%2Fhome…" is in "url", the plain path in "sock"; jupyter_server 1 and notebook 6
 * agree. */
static gboolean
take_address (LcNotebookServer *server, JsonObject *object)
{
  const char *socket = get_string (object, "sock");
  const char *host = get_string (object, "hostname");
  gint64 port = get_int (object, "port");

  if (*socket != '\0')
    {
      if (!is_socket_path (socket))
        return FALSE;

      server->socket = g_strdup (socket);
      server->own = strstr (socket, "/labconnect/") != NULL;
      return TRUE;
    }

  /* Every address of the machine: the loopback is one of them. */
  if (*host == '\0' || g_str_equal (host, "0.0.0.0") || g_str_equal (host, "::") ||
      g_str_equal (host, "*"))
    host = "127.0.0.1";

  if (port < 1 || port > G_MAXUINT16 || !lc_is_valid_host (host))
    return FALSE;

  server->host = g_strdup (host);
  server->port = (guint16) port;
  return TRUE;
}

static LcNotebookServer *
server_new_for_object (JsonObject *object)
{
  g_autoptr (LcNotebookServer) server = g_new0 (LcNotebookServer, 1);
  const char *base_url = get_string (object, "base_url");
  const char *token = get_string (object, "token");
  gint64 pid = get_int (object, "pid");

  /* One with TLS has a certificate that no browser accepts. */
  if (get_boolean (object, "secure") || !take_address (server, object) || !is_token (token))
    return NULL;

  if (*base_url == '\0')
    base_url = "/";
  if (!is_path (base_url))
    return NULL;

  server->base_url = g_strconcat (base_url, g_str_has_suffix (base_url, "/") ? "" : "/", NULL);
  server->token = *token != '\0' ? lc_secret_new (token) : NULL;
  server->password = get_boolean (object, "password");
  server->pid = pid > 1 && pid <= G_MAXINT ? (guint) pid : 0;
  return g_steal_pointer (&server);
}

static LcNotebookServer *
server_parse (const char *json, gsize length)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root = NULL;

  /* RFC 8259 and no more: with its extensions json-glib 1.10 aborts on "1{}". */
  json_parser_set_strict (parser, TRUE);
  if (!is_flat (json, length) || !g_utf8_validate_len (json, length, NULL) ||
      !json_parser_load_from_data (parser, json, (gssize) length, NULL))
    return NULL;

  root = json_parser_get_root (parser);
  return root != NULL && JSON_NODE_HOLDS_OBJECT (root)
             ? server_new_for_object (json_node_get_object (root))
             : NULL;
}

/* One that needs no password comes before one that does; ours before others; one that nobody else
 * on the machine can use before one that is open to all. */
static int
server_rank (const LcNotebookServer *server)
{
  if (server->token != NULL)
    return server->own ? 0 : 1;
  if (!server->password)
    return server->own ? 0 : 2;
  return 3;
}

static int
compare_servers (gconstpointer a, gconstpointer b)
{
  const LcNotebookServer *one = *(LcNotebookServer *const *) a;
  const LcNotebookServer *other = *(LcNotebookServer *const *) b;
  int difference = server_rank (one) - server_rank (other);

  /* The youngest process, for the same order each time. */
  return difference != 0 ? difference : (other->pid > one->pid) - (other->pid < one->pid);
}

static void
take_log_line (GString *log, const char *line, gsize length)
{
  for (gsize i = 0; i < length && log->len < MAX_LOG; i++)
    g_string_append_c (log, line[i] >= ' ' && line[i] < 127 ? line[i] : ' ');
  if (log->len < MAX_LOG)
    g_string_append_c (log, '\n');
}

static gboolean
take_word (const char **line, gsize *length, const char *word)
{
  gsize size = strlen (word);

  if (*length < size || strncmp (*line, word, size) != 0)
    return FALSE;

  *line += size;
  *length -= size;
  return TRUE;
}

static void
take_line (LcNotebookAnswer *self, GString *log, const char *line, gsize length)
{
  if (!take_word (&line, &length, MARK))
    return;

  if (take_word (&line, &length, "server "))
    {
      LcNotebookServer *server = server_parse (line, length);

      if (server != NULL && self->servers->len < MAX_SERVERS)
        g_ptr_array_add (self->servers, server);
      else
        g_clear_pointer (&server, lc_notebook_server_free);
    }
  else if (take_word (&line, &length, "log "))
    take_log_line (log, line, length);
  else if (take_word (&line, &length, "jupyter "))
    self->can_start = TRUE;
  else if (take_word (&line, &length, "missing"))
    self->missing = TRUE;
  else if (take_word (&line, &length, "ended"))
    self->ended = TRUE;
  else if (take_word (&line, &length, "late"))
    self->late = TRUE;
  else if (take_word (&line, &length, "end"))
    self->complete = TRUE;
}

LcNotebookAnswer *
lc_notebook_answer_parse (const char *text, gsize length)
{
  LcNotebookAnswer *self = g_new0 (LcNotebookAnswer, 1);
  g_autoptr (GString) log = g_string_new (NULL);

  self->servers = g_ptr_array_new_with_free_func ((GDestroyNotify) lc_notebook_server_free);

  for (gsize start = 0; start < length;)
    {
      const char *end = memchr (text + start, '\n', length - start);
      gsize size = (end != NULL ? (gsize) (end - text) : length) - start;
      gsize shown = size > 0 && text[start + size - 1] == '\r' ? size - 1 : size;

      if (shown <= MAX_LINE)
        take_line (self, log, text + start, shown);
      start += size + 1;
    }

  g_ptr_array_sort (self->servers, compare_servers);
  if (log->len > 0)
    self->log = g_string_free_and_steal (g_steal_pointer (&log));
  return self;
}

void
lc_notebook_answer_free (LcNotebookAnswer *self)
{
  g_ptr_array_unref (self->servers);
  g_free (self->log);
  g_free (self);
}

LcNotebookServer *
lc_notebook_server_copy (const LcNotebookServer *self)
{
  LcNotebookServer *copy = g_memdup2 (self, sizeof *self);

  copy->base_url = g_strdup (self->base_url);
  copy->host = g_strdup (self->host);
  copy->socket = g_strdup (self->socket);
  copy->token = self->token != NULL ? lc_secret_ref (self->token) : NULL;
  return copy;
}

void
lc_notebook_server_free (LcNotebookServer *self)
{
  g_free (self->base_url);
  g_free (self->host);
  g_free (self->socket);
  g_clear_pointer (&self->token, lc_secret_unref);
  g_free (self);
}
