/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-lab-services-invitation.h"

#include <string.h>

#define SHORTEST 4
#define LONGEST  64

static gboolean
is_code (const char *text)
{
  gsize length = strlen (text);

  return length >= SHORTEST && length <= LONGEST && g_ascii_isalnum (text[0]) &&
         strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
             length;
}

char *
lc_lab_services_parse_invitation (const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autoptr (GUri) uri = NULL;
  g_auto (GStrv) segments = NULL;
  guint length;

  if (is_code (stripped))
    return g_steal_pointer (&stripped);
  uri = g_uri_parse (stripped, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL)
    return NULL;
  segments = g_strsplit (g_uri_get_path (uri), "/", -1);
  length = g_strv_length (segments);
  while (length > 0 && *segments[length - 1] == '\0')
    length--;
  if (length < 2 || g_ascii_strcasecmp (segments[length - 2], "register") != 0 ||
      !is_code (segments[length - 1]))
    return NULL;
  return g_strdup (segments[length - 1]);
}
