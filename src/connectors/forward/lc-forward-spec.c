/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-forward-spec.h"

#include <string.h>

#include "lc-error.h"
#include "lc-validate.h"

static gboolean
parse_port (const char *text, gsize length, guint64 lowest, guint16 *port)
{
  g_autofree char *digits = g_strndup (text, length);
  guint64 value = 0;

  if (!g_ascii_string_to_unsigned (digits, 10, lowest, G_MAXUINT16, &value, NULL))
    return FALSE;

  *port = (guint16) value;
  return TRUE;
}

/* Whether "HOST" or "[HOST]" may be asked for. */
static gboolean
parse_host (const char *text, gsize length, char **host)
{
  g_autofree char *name = NULL;

  if (length > 2 && text[0] == '[' && text[length - 1] == ']')
    name = g_strndup (text + 1, length - 2);
  else if (memchr (text, ':', length) == NULL)
    name = g_strndup (text, length);

  if (name == NULL || !lc_is_valid_host (name))
    return FALSE;

  *host = g_steal_pointer (&name);
  return TRUE;
}

LcForwardSpec *
lc_forward_spec_parse (const char *text, GError **error)
{
  g_autoptr (LcForwardSpec) spec = g_new0 (LcForwardSpec, 1);
  const char *first = strchr (text, ':');
  const char *last = strrchr (text, ':');

  if (first == NULL || first == last ||
      !parse_port (text, (gsize) (first - text), 0, &spec->local_port) ||
      !parse_host (first + 1, (gsize) (last - first - 1), &spec->host) ||
      !parse_port (last + 1, strlen (last + 1), 1, &spec->port))
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_INVALID_INPUT,
                                              "\"%s\" is not LOCAL:HOST:REMOTE", text));
      return NULL;
    }

  return g_steal_pointer (&spec);
}

LcForwardSpec *
lc_forward_spec_copy (const LcForwardSpec *self)
{
  LcForwardSpec *copy = g_memdup2 (self, sizeof *self);

  copy->host = g_strdup (self->host);
  return copy;
}

void
lc_forward_spec_free (LcForwardSpec *self)
{
  g_free (self->host);
  g_free (self);
}
