/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Exit codes; labconnectctl(1) promises them to scripts. */
typedef enum
{
  LC_CLI_OK = 0,
  LC_CLI_FAILED = 1,
  LC_CLI_USAGE = 2,
  LC_CLI_NOT_SIGNED_IN = 3,
  LC_CLI_REFUSED = 4, /* wrong password, key not accepted, not allowed */
  LC_CLI_HOST_KEY = 5,
  LC_CLI_UNREACHABLE = 6, /* offline, timed out, no trust in the certificate */
  LC_CLI_QUOTA = 7,
  LC_CLI_NOT_FOUND = 8,
  LC_CLI_BUSY = 9, /* in another state, or asked too often */
  LC_CLI_INTERRUPTED = 130,
} LcCliExit;

/* Wrong arguments: raised by this program's commands only. */
#define LC_CLI_USAGE_ERROR (lc_cli_usage_error_quark ())
GQuark lc_cli_usage_error_quark (void);
GError *lc_cli_usage_error (const char *format, ...) G_GNUC_PRINTF (1, 2) G_GNUC_WARN_UNUSED_RESULT;

LcCliExit lc_cli_exit_for_error (const GError *error);

/* Tells on standard error what went wrong: a translated sentence, the message, and what the service
 * said. */
void lc_cli_print_error (const GError *error);

G_END_DECLS
