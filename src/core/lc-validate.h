/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether the text may stand for a host (a DNS name of at most 253 characters, IPv4, or IPv6
 * without brackets). */
gboolean lc_is_valid_host (const char *text);

/* Whether the text may stand for a login: 1 to 64 characters of letters, digits, "._-" and, inside,
 * "\\" or "@"; no leading "-". */
gboolean lc_is_valid_login (const char *text);

/**
 * lc_password_rule:
 *
 * The first of Azure's rules for machine passwords that @password breaks (CONTRACTS 8.2: 12 to 123
 * characters, three of lower, upper, digit, special; a list of banned ones). The service has the
 * last word.
 *
 * Returns: 0 when all are kept
 */
typedef enum
{
  LC_PASSWORD_OK,
  LC_PASSWORD_TOO_SHORT,
  LC_PASSWORD_TOO_LONG,
  LC_PASSWORD_TOO_SIMPLE,
  LC_PASSWORD_BANNED,
} LcPasswordRule;

LcPasswordRule lc_password_rule (const char *password);

G_END_DECLS
