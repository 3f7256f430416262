/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-destination.h"

#include <string.h>

#include "lc-error.h"
#include "lc-machine.h"
#include "lc-printable.h"
#include "lc-validate.h"

#define SCHEME       "ssh://"
#define DEFAULT_PORT 22
#define MOST         8

/* A bare IPv6 address has several colons and no port. */
static gboolean
parse_host_and_port (const char *text, char **host, guint16 *port)
{
  const char *colon = strchr (text, ':');

  if (text[0] == '[' || (colon != NULL && strchr (colon + 1, ':') == NULL))
    {
      gsize length = strlen (text);

      if (text[0] == '[' && text[length - 1] == ']')
        {
          *host = g_strndup (text + 1, length - 2);
          *port = DEFAULT_PORT;
          return lc_is_valid_host (*host);
        }
      return lc_parse_authority (text, host, port);
    }
  *host = g_strdup (text);
  *port = DEFAULT_PORT;
  return lc_is_valid_host (*host);
}

void
lc_destination_free (LcDestination *self)
{
  g_free (self->login);
  g_free (self->host);
  g_free (self);
}

LcDestination *
lc_destination_parse (const char *text, GError **error)
{
  g_autoptr (LcDestination) self = g_new0 (LcDestination, 1);
  g_autofree char *plain = g_strstrip (g_strdup (text));
  const char *rest = g_str_has_prefix (plain, SCHEME) ? plain + strlen (SCHEME) : plain;
  const char *at = strrchr (rest, '@');
  g_autofree char *printable = NULL;

  if (at != NULL)
    {
      self->login = g_strndup (rest, at - rest);
      rest = at + 1;
    }
  if ((self->login == NULL || lc_is_valid_login (self->login)) &&
      parse_host_and_port (rest, &self->host, &self->port))
    return g_steal_pointer (&self);
  printable = lc_dup_printable_line (text);
  g_propagate_error (error, lc_error_new (LC_ERROR_INVALID_INPUT,
                                          "\"%s\" is not [USER@]HOST[:PORT]", printable));
  return NULL;
}

GPtrArray *
lc_destination_parse_list (const char *text, GError **error)
{
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) lc_destination_free);
  g_auto (GStrv) parts = g_strsplit (text, ",", MOST + 1);

  for (gsize i = 0; parts[i] != NULL; i++)
    {
      LcDestination *one = lc_destination_parse (parts[i], error);

      if (one == NULL)
        return NULL;
      g_ptr_array_add (list, one);
    }
  if (list->len >= 1 && list->len <= MOST)
    return g_steal_pointer (&list);
  g_propagate_error (error, lc_error_new (LC_ERROR_INVALID_INPUT, "One to %d jump hosts", MOST));
  return NULL;
}
