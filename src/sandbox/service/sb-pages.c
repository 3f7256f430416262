/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <string.h>

#include "sb-oauth.h"
#include "sb-token.h"
#include "sb-util.h"

#define RESOURCES    "/sandbox/pages/"
#define COOKIE       "labconnect-sandbox-flow"
#define FLOW_SECONDS 900

static char *
load_text (const char *name)
{
  g_autofree char *path = g_strconcat (RESOURCES, name, NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, 0, NULL);
  gsize length = 0;
  const char *data = NULL;

  g_assert (bytes != NULL);
  data = g_bytes_get_data (bytes, &length);

  return g_strndup (data, length);
}

static GKeyFile *
load_texts (void)
{
  GKeyFile *texts = g_key_file_new ();
  g_autofree char *data = load_text ("texts.ini");

  if (!g_key_file_load_from_data (texts, data, (gsize) -1, G_KEY_FILE_KEEP_TRANSLATIONS, NULL))
    g_assert_not_reached ();

  return texts;
}

/* The first of our languages that the browser names. */
static const char *
get_language (SbRequest *request)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (request->message);
  const char *accepted = soup_message_headers_get_list (headers, "Accept-Language");
  GSList *ranges = accepted != NULL ? soup_header_parse_quality_list (accepted, NULL) : NULL;
  const char *language = NULL;

  for (GSList *at = ranges; at != NULL && language == NULL; at = at->next)
    {
      if (g_ascii_strncasecmp (at->data, "fr", 2) == 0)
        language = "fr";
      else if (g_ascii_strncasecmp (at->data, "en", 2) == 0)
        language = "en";
    }
  soup_header_free_list (ranges);

  return language != NULL ? language : "en";
}

/* Puts what {{name}} and [[key]] stand for into @text. */
static char *
fill (const char *text, GHashTable *values, GKeyFile *texts, const char *language)
{
  GString *page = g_string_new (NULL);

  for (const char *at = text; *at != '\0';)
    {
      gboolean is_value = g_str_has_prefix (at, "{{");
      const char *end = NULL;

      if (is_value || g_str_has_prefix (at, "[["))
        end = strstr (at, is_value ? "}}" : "]]");
      if (end == NULL)
        {
          g_string_append_c (page, *at++);
          continue;
        }

      {
        g_autofree char *name = g_strndup (at + 2, (gsize) (end - at - 2));
        g_autofree char *word = NULL;
        g_autofree char *escaped = NULL;

        if (is_value)
          word = g_strdup (g_hash_table_lookup (values, name));
        else
          word = g_key_file_get_locale_string (texts, "Texts", name, language, NULL);
        escaped = g_markup_escape_text (word != NULL ? word : "", -1);
        g_string_append (page, escaped);
      }
      at = end + 2;
    }

  return g_string_free (page, FALSE);
}

void
sb_pages_reply (SbRequest *request, guint status, const char *page, ...)
{
  g_autoptr (GHashTable) values = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GKeyFile) texts = load_texts ();
  g_autofree char *file = g_strconcat (page, ".html", NULL);
  g_autofree char *body = load_text (file);
  g_autofree char *shell = load_text ("shell.html");
  g_auto (GStrv) parts = g_strsplit (shell, "<!-- body -->", 2);
  g_autofree char *whole = g_strjoin (body, parts[0], parts[1], NULL);
  const char *language = get_language (request);
  const char *name;
  va_list pairs;

  va_start (pairs, page);
  while ((name = va_arg (pairs, const char *)) != NULL)
    g_hash_table_insert (values, (gpointer) name, va_arg (pairs, char *));
  va_end (pairs);
  g_hash_table_insert (values, (gpointer) "language", (gpointer) language);

  soup_message_headers_replace (soup_server_message_get_response_headers (request->message),
                                "Content-Language", language);
  sb_request_reply_html (request, status, fill (whole, values, texts, language));
}

char *
sb_pages_dup_text (SbRequest *request, const char *key)
{
  g_autoptr (GKeyFile) texts = load_texts ();

  return g_key_file_get_locale_string (texts, "Texts", key, get_language (request), NULL);
}

static char *
dup_cookie (SbRequest *request)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (request->message);
  const char *value = soup_message_headers_get_list (headers, "Cookie");
  g_auto (GStrv) cookies = g_strsplit (value != NULL ? value : "", ";", -1);

  for (guint i = 0; cookies[i] != NULL; i++)
    {
      const char *cookie = g_strstrip (cookies[i]);

      if (g_str_has_prefix (cookie, COOKIE "=") && strlen (cookie) == strlen (COOKIE) + 1 + 32)
        return g_strdup (cookie + strlen (COOKIE) + 1);
    }

  return NULL;
}

char *
sb_pages_begin_flow (SbService *service, SbRequest *request, JsonObject *claims)
{
  g_autofree char *cookie = dup_cookie (request);
  g_autofree char *header = NULL;
  g_autofree char *hash = NULL;

  /* One cookie for all tabs of a browser. */
  if (cookie == NULL)
    cookie = sb_random_token (24);
  header = g_strdup_printf (COOKIE "=%s; Path=/; HttpOnly; SameSite=Lax", cookie);
  soup_message_headers_replace (soup_server_message_get_response_headers (request->message),
                                "Set-Cookie", header);

  hash = sb_hash_token (cookie);
  json_object_set_string_member (claims, "browser", hash);
  json_object_set_string_member (claims, "typ", "flow");
  json_object_set_int_member (claims, "exp", sb_now () / 1000 + FLOW_SECONDS);

  return sb_token_sign (claims, sb_service_get_key (service));
}

JsonObject *
sb_pages_check_flow (SbService *service, SbRequest *request, const char *flow)
{
  g_autoptr (JsonObject) claims = NULL;
  g_autofree char *cookie = dup_cookie (request);
  g_autofree char *hash = NULL;

  if (flow != NULL && cookie != NULL)
    claims = sb_token_verify (flow, sb_service_get_key (service), NULL);
  if (claims == NULL)
    return NULL;

  /* The same key signs tokens of other kinds. */
  hash = sb_hash_token (cookie);
  if (g_strcmp0 (json_object_get_string_member_with_default (claims, "typ", NULL), "flow") != 0 ||
      g_strcmp0 (json_object_get_string_member_with_default (claims, "browser", NULL), hash) != 0)
    return NULL;

  return g_steal_pointer (&claims);
}
