/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What may reach a command line, or comes from one: hosts, ports, logins, a forward, jump hosts as
 * OpenSSH's ProxyJump has them; and a password's rule. */

#include <lc-forward-spec.h>
#include <lc-machine.h>
#include <lc-destination.h>
#include <lc-validate.h>
#include <string.h>

#include "fuzz.h"

static void
check_host (const char *host)
{
  g_assert_true (lc_is_valid_host (host));
  g_assert_cmpuint (strlen (host), <=, 253);
  g_assert_true (host[0] != '\0' && host[0] != '-');
  g_assert_null (strpbrk (host, " \t\r\n\"'`$;&|<>\\%@/?#[]()"));
  g_assert_true (g_str_is_ascii (host));
}

static void
check_forward (const char *text, gboolean back)
{
  g_autoptr (LcForwardSpec) spec = lc_forward_spec_parse (text, back, NULL);

  if (spec == NULL)
    return;
  if (spec->path != NULL)
    {
      g_assert_false (back);
      g_assert_true (spec->path[0] == '/' && spec->host == NULL);
      return;
    }
  check_host (spec->host);
  g_assert_cmpuint (spec->port, >, 0);
}

static void
check_target (const char *text)
{
  g_autofree char *host = NULL;
  guint16 port = 0;

  if (!lc_forward_spec_parse_target (text, &host, &port, NULL))
    return;
  check_host (host);
  g_assert_cmpuint (port, >, 0);
}

static void
check_login (const char *login)
{
  g_assert_true (lc_is_valid_login (login));
  g_assert_true (login[0] != '-' && login[0] != '\0');
  g_assert_null (strpbrk (login, " \t\r\n\"'`$;&|<>/:"));
}

/* Written down it is understood as the same. */
static void
check_destination (const LcDestination *destination)
{
  gboolean address = strchr (destination->host, ':') != NULL;
  g_autofree char *text =
      g_strdup_printf ("%s%s%s%s%s:%u", destination->login != NULL ? destination->login : "",
                       destination->login != NULL ? "@" : "", address ? "[" : "", destination->host,
                       address ? "]" : "", destination->port);
  g_autoptr (LcDestination) again = lc_destination_parse (text, NULL);

  check_host (destination->host);
  if (destination->login != NULL)
    check_login (destination->login);
  g_assert_cmpuint (destination->port, >, 0);
  g_assert_nonnull (again);
  g_assert_cmpstr (again->login, ==, destination->login);
  g_assert_cmpstr (again->host, ==, destination->host);
  g_assert_cmpuint (again->port, ==, destination->port);
}

static void
check_destinations (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = lc_destination_parse_list (text, &error);

  g_assert_true ((list == NULL) == (error != NULL));
  if (list == NULL)
    return;
  g_assert_cmpuint (list->len, >=, 1);
  g_assert_cmpuint (list->len, <=, 8);
  for (guint i = 0; i < list->len; i++)
    check_destination (g_ptr_array_index (list, i));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = fuzz_dup_text (data, size);
  g_autofree char *host = NULL;
  guint16 port;

  if (lc_parse_authority (text, &host, &port))
    {
      check_host (host);
      g_assert_cmpuint (port, >, 0);
    }
  else
    g_assert_null (host);

  if (lc_is_valid_host (text))
    check_host (text);
  if (lc_is_valid_login (text))
    check_login (text);
  if (lc_password_rule (text) == LC_PASSWORD_OK)
    g_assert_cmpuint (strlen (text), >=, 12);
  check_forward (text, FALSE);
  check_forward (text, TRUE);
  check_target (text);
  check_destinations (text);
  return 0;
}
