/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What may reach a command line: hosts, ports, logins, a forward; and a password's rule. */

#include <lc-forward-spec.h>
#include <lc-machine.h>
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
    {
      g_assert_true (text[0] != '-' && text[0] != '\0');
      g_assert_null (strpbrk (text, " \t\r\n\"'`$;&|<>/:"));
    }
  if (lc_password_rule (text) == LC_PASSWORD_OK)
    g_assert_cmpuint (strlen (text), >=, 12);
  check_forward (text, FALSE);
  check_forward (text, TRUE);
  check_target (text);
  return 0;
}
