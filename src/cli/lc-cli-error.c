/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-cli-error.h"

#include "lc-config.h"
#include <glib/gi18n-lib.h>

#include "lc-error.h"

typedef struct
{
  LcError code;
  LcCliExit exit;
  const char *sentence; /* nullable: the message alone says it */
} Meaning;

static const Meaning meanings[] = {
  { LC_ERROR_FAILED, LC_CLI_FAILED, NULL },
  { LC_ERROR_CANCELLED, LC_CLI_INTERRUPTED, N_ ("Cancelled") },
  { LC_ERROR_OFFLINE, LC_CLI_UNREACHABLE, N_ ("It cannot be reached") },
  { LC_ERROR_TIMED_OUT, LC_CLI_UNREACHABLE, N_ ("It took too long") },
  { LC_ERROR_TLS, LC_CLI_UNREACHABLE, N_ ("The connection is not secure") },
  { LC_ERROR_AUTH_REQUIRED, LC_CLI_NOT_SIGNED_IN, N_ ("Sign in first: labconnectctl login") },
  { LC_ERROR_AUTH_FAILED, LC_CLI_REFUSED, N_ ("The machine refused the login") },
  { LC_ERROR_FORBIDDEN, LC_CLI_REFUSED, N_ ("This is not allowed") },
  { LC_ERROR_NOT_FOUND, LC_CLI_NOT_FOUND, NULL },
  { LC_ERROR_CONFLICT, LC_CLI_BUSY, N_ ("It is busy, or not in a state for this") },
  { LC_ERROR_QUOTA_EXHAUSTED, LC_CLI_QUOTA, N_ ("The hours of this machine are used up") },
  { LC_ERROR_RATE_LIMITED, LC_CLI_BUSY, N_ ("The service asks to wait") },
  { LC_ERROR_PROTOCOL, LC_CLI_FAILED, N_ ("The answer makes no sense") },
  { LC_ERROR_HOST_KEY_UNKNOWN, LC_CLI_HOST_KEY, N_ ("The machine’s host key is not known") },
  { LC_ERROR_HOST_KEY_CHANGED, LC_CLI_HOST_KEY,
    N_ ("The machine’s host key has changed: this may be another machine. If you know that it was "
        "set "
        "up anew: labconnectctl forget-host") },
  { LC_ERROR_KEYRING_LOCKED, LC_CLI_FAILED, N_ ("The keyring is locked") },
  { LC_ERROR_PORT_IN_USE, LC_CLI_FAILED, N_ ("The local port is in use") },
  { LC_ERROR_REMOTE_FAILED, LC_CLI_FAILED, N_ ("It failed at the other end") },
  { LC_ERROR_MISSING_PROGRAM, LC_CLI_FAILED, N_ ("A program is missing") },
  { LC_ERROR_UNSUPPORTED, LC_CLI_FAILED, N_ ("This is not supported") },
  { LC_ERROR_INVALID_INPUT, LC_CLI_USAGE, NULL },
};

static const Meaning revoked = {
  LC_ERROR_HOST_KEY_CHANGED, LC_CLI_HOST_KEY,
  N_ ("The machine’s host key is revoked, so it must not be trusted: ask whoever looks after the "
      "lab. Nothing was sent to it")
};

G_DEFINE_QUARK (lc - cli - usage - error - quark, lc_cli_usage_error)

static const Meaning *
find_meaning (const GError *error)
{
  if (lc_error_is_cancelled (error))
    return &meanings[1];
  if (g_error_matches (error, LC_ERROR, (int) revoked.code) &&
      lc_error_has_service_code (error, "host-key-revoked"))
    return &revoked;

  for (guint i = 0; i < G_N_ELEMENTS (meanings); i++)
    if (g_error_matches (error, LC_ERROR, (int) meanings[i].code))
      return &meanings[i];

  return &meanings[0];
}

GError *
lc_cli_usage_error (const char *format, ...)
{
  GError *error = NULL;
  va_list args;

  va_start (args, format);
  error = g_error_new_valist (LC_CLI_USAGE_ERROR, 0, format, args);
  va_end (args);
  return error;
}

LcCliExit
lc_cli_exit_for_error (const GError *error)
{
  if (error->domain == LC_CLI_USAGE_ERROR || error->domain == G_OPTION_ERROR)
    return LC_CLI_USAGE;

  return find_meaning (error)->exit;
}

void
lc_cli_print_error (const GError *error)
{
  const LcErrorDetails *details = lc_error_get_details (error);
  const char *sentence = NULL;

  if (error->domain != LC_CLI_USAGE_ERROR && error->domain != G_OPTION_ERROR)
    sentence = find_meaning (error)->sentence;

  if (sentence != NULL)
    g_printerr ("labconnectctl: %s (%s)\n", _ (sentence), error->message);
  else
    g_printerr ("labconnectctl: %s\n", error->message);

  if (details == NULL)
    return;
  if (details->service_message != NULL && *details->service_message != '\0')
    g_printerr ("%s\n", details->service_message);
  if (details->request_id != NULL)
    /* Translators: an identifier to give to the service’s support */
    g_printerr (_ ("Request: %s\n"), details->request_id);
}
