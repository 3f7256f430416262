/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LcError:
 *
 * Everything that can go wrong, as the user interface needs to tell it apart. A library converts
 * foreign errors at its edge; #GError messages are English, for logs and "Copy details", and hold
 * no secret.
 */
typedef enum
{
  LC_ERROR_FAILED, /* a fault of this program: nothing the person can do but report it */
  LC_ERROR_CANCELLED,
  LC_ERROR_OFFLINE, /* no network, host not found, connection refused or lost */
  LC_ERROR_TIMED_OUT,
  LC_ERROR_TLS,
  LC_ERROR_AUTH_REQUIRED, /* sign in again */
  LC_ERROR_AUTH_FAILED,   /* wrong password, key not accepted */
  LC_ERROR_FORBIDDEN,
  LC_ERROR_NOT_FOUND,
  LC_ERROR_CONFLICT, /* busy, or not in a state in which this can be done */
  LC_ERROR_QUOTA_EXHAUSTED,
  LC_ERROR_RATE_LIMITED,
  LC_ERROR_PROTOCOL, /* the answer makes no sense */
  LC_ERROR_HOST_KEY_UNKNOWN,
  LC_ERROR_HOST_KEY_CHANGED,
  LC_ERROR_KEYRING_LOCKED,
  LC_ERROR_PORT_IN_USE,
  LC_ERROR_REMOTE_FAILED, /* a command on the machine, or the service's own operation, failed */
  LC_ERROR_MISSING_PROGRAM,
  LC_ERROR_UNSUPPORTED,
  LC_ERROR_INVALID_INPUT,
} LcError;

#define LC_ERROR (lc_error_quark ())
GQuark lc_error_quark (void);

/**
 * LcErrorDetails:
 * @http_status: 0 when no HTTP answer was involved
 * @service_code: (nullable): the service's own code, such as "AuthorizationFailed" or "AADSTS50126"
 * @service_message: (nullable): the service's sentence, as sent: data, to be shown as such
 * @request_id: (nullable): to give to support
 *
 * What "Copy details" shows beside the message.
 */
typedef struct
{
  guint http_status;
  char *service_code;
  char *service_message;
  char *request_id;
} LcErrorDetails;

GError *lc_error_new (LcError code, const char *format, ...)
    G_GNUC_PRINTF (2, 3) G_GNUC_WARN_UNUSED_RESULT;

/**
 * lc_error_new_with_details:
 * @code: the code
 * @details: (nullable): copied
 * @format: the message
 */
GError *
lc_error_new_with_details (LcError code, const LcErrorDetails *details, const char *format, ...)
    G_GNUC_PRINTF (3, 4) G_GNUC_WARN_UNUSED_RESULT;

/**
 * lc_error_get_details:
 * @error: any error
 *
 * Returns: (nullable) (transfer none): the details, %NULL when @error is not of %LC_ERROR. Copies
 * of an error keep them.
 */
const LcErrorDetails *lc_error_get_details (const GError *error);

/* Whether @error, any error, has this service code in its details. */
gboolean lc_error_has_service_code (const GError *error, const char *service_code);

/* Returns: (transfer none): such as "auth-failed": for logs, reports and JSON output. */
const char *lc_error_code_name (LcError code);

/**
 * lc_error_convert:
 * @error: (transfer full): any error
 *
 * Maps the domains that GLib, GIO and libdex raise to %LC_ERROR; one that is %LC_ERROR already is
 * returned as it is.
 */
GError *lc_error_convert (GError *error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * lc_error_is_cancelled:
 * @error: (nullable): any error
 *
 * Returns: whether somebody gave up waiting: %LC_ERROR_CANCELLED, %G_IO_ERROR_CANCELLED or
 * %DEX_ERROR_FIBER_CANCELLED
 */
gboolean lc_error_is_cancelled (const GError *error);

/**
 * lc_error_dup_report:
 * @error: an error
 *
 * Returns: (transfer full): lines for "Copy details": code name, message, HTTP status, service code
 * and message, request id
 */
char *lc_error_dup_report (const GError *error);

G_END_DECLS
