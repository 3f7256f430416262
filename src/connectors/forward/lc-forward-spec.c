/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-forward-spec.h"

#include <string.h>

#include "lc-error.h"
#include "lc-validate.h"

/* sun_path of unix(7), without the NUL. */
#define LONGEST_PATH 107

static gboolean
parse_port (const char *text, guint64 lowest, guint16 *port)
{
  guint64 value = 0;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, lowest, G_MAXUINT16, &value, NULL))
    return FALSE;

  *port = (guint16) value;
  return TRUE;
}

/* Splits at colons that are not within brackets; of a path, which may have colons, the rest stays
 * whole. Returns: (nullable): %NULL when the brackets are wrong */
static char **
split (const char *text)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *start = text;

  for (;;)
    {
      const char *end = start;

      if (*start == '[')
        end = strchr (start, ']');
      else if (*start == '/')
        end = start + strlen (start);
      if (end == NULL || (*start == '[' && end[1] != ':' && end[1] != '\0'))
        return NULL;

      end += strcspn (end, ":");
      g_strv_builder_take (builder, g_strndup (start, (gsize) (end - start)));
      if (*end == '\0')
        return g_strv_builder_end (builder);
      start = end + 1;
    }
}

/* "HOST" or "[HOST]". Returns: (transfer full) (nullable) */
static char *
parse_host (const char *text)
{
  gsize length = strlen (text);
  g_autofree char *name = NULL;

  if (length > 2 && text[0] == '[' && text[length - 1] == ']')
    name = g_strndup (text + 1, length - 2);
  else if (strpbrk (text, ":[]") == NULL)
    name = g_strdup (text);

  return name != NULL && lc_is_valid_host (name) ? g_steal_pointer (&name) : NULL;
}

static gboolean
is_loopback (const char *bind)
{
  static const char *const names[] = { "localhost", "127.0.0.1", "[::1]", NULL };

  return g_strv_contains (names, bind);
}

static gboolean
parse_words (LcForwardSpec *spec, char **words)
{
  guint n = g_strv_length (words);

  if (n < 2 || !parse_port (words[0], 0, &spec->listen_port))
    return FALSE;

  if (n == 2 && words[1][0] == '/' && strlen (words[1]) <= LONGEST_PATH && !spec->back)
    spec->path = g_strdup (words[1]);
  else if (n == 3 && parse_port (words[2], 1, &spec->port))
    spec->host = parse_host (words[1]);

  return spec->path != NULL || spec->host != NULL;
}

LcForwardSpec *
lc_forward_spec_parse (const char *text, gboolean back, GError **error)
{
  g_autoptr (LcForwardSpec) spec = g_new0 (LcForwardSpec, 1);
  g_auto (GStrv) words = split (text);
  guint n = words != NULL ? g_strv_length (words) : 0;
  gboolean has_bind = n == 4 || (n == 3 && words[2][0] == '/');

  spec->back = back;
  if (has_bind && !is_loopback (words[0]))
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_INVALID_INPUT,
                                              "\"%s\": forwards listen on the loopback only "
                                              "(localhost, 127.0.0.1 or [::1])",
                                              text));
      return NULL;
    }

  if (n == 0 || !parse_words (spec, words + (has_bind ? 1 : 0)))
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_INVALID_INPUT, "\"%s\" is not %s", text,
                                              back ? "PORT:HOST:PORT"
                                                   : "LOCAL:HOST:REMOTE or LOCAL:/SOCKET"));
      return NULL;
    }

  return g_steal_pointer (&spec);
}

gboolean
lc_forward_spec_parse_target (const char *text, char **host, guint16 *port, GError **error)
{
  g_auto (GStrv) words = split (text);

  *host = NULL;
  if (words != NULL && g_strv_length (words) == 2 && parse_port (words[1], 1, port))
    *host = parse_host (words[0]);
  if (*host == NULL)
    g_propagate_error (error,
                       lc_error_new (LC_ERROR_INVALID_INPUT, "\"%s\" is not HOST:PORT", text));

  return *host != NULL;
}

LcForwardSpec *
lc_forward_spec_copy (const LcForwardSpec *self)
{
  LcForwardSpec *copy = g_memdup2 (self, sizeof *self);

  copy->host = g_strdup (self->host);
  copy->path = g_strdup (self->path);
  return copy;
}

void
lc_forward_spec_free (LcForwardSpec *self)
{
  g_free (self->host);
  g_free (self->path);
  g_free (self);
}

char *
lc_forward_spec_dup_target (const LcForwardSpec *self)
{
  if (self->path != NULL)
    return g_strdup (self->path);

  return g_strdup_printf (strchr (self->host, ':') != NULL ? "[%s]:%u" : "%s:%u", self->host,
                          self->port);
}
