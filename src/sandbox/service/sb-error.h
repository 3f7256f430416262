/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SbError:
 *
 * Why the service refuses. Each has the HTTP status and the service code that go into the error
 * envelope; the message of the GError is what the caller reads.
 */
typedef enum
{
  SB_ERROR_INTERNAL,
  SB_ERROR_INVALID_CONTENT,
  SB_ERROR_INVALID_PARAMETER,
  SB_ERROR_MISSING_API_VERSION,
  SB_ERROR_INVALID_API_VERSION,
  SB_ERROR_INVALID_PASSWORD,
  SB_ERROR_INVALID_USER_NAME,
  SB_ERROR_INVALID_REGISTRATION_CODE,
  SB_ERROR_NO_TOKEN,
  SB_ERROR_INVALID_TOKEN,
  SB_ERROR_EXPIRED_TOKEN,
  SB_ERROR_WRONG_AUDIENCE,
  SB_ERROR_FORBIDDEN,
  SB_ERROR_NOT_IN_ROSTER,
  SB_ERROR_NOT_FOUND,
  SB_ERROR_GROUP_NOT_FOUND,
  SB_ERROR_SUBSCRIPTION_NOT_FOUND,
  SB_ERROR_NO_ROUTE,
  SB_ERROR_METHOD_NOT_ALLOWED,
  SB_ERROR_CONFLICT,
  SB_ERROR_IN_PROGRESS,
  SB_ERROR_NOT_PUBLISHED,
  SB_ERROR_LAB_FULL,
  SB_ERROR_QUOTA_EXCEEDED,
  SB_ERROR_TOO_LARGE,
  SB_ERROR_MACHINE_FAILED,
} SbError;

#define SB_ERROR (sb_error_quark ())
GQuark sb_error_quark (void);

/* A failure that a test has asked for: the code of the GError is the quark of the service code. */
#define SB_FAULT (sb_fault_quark ())
GQuark sb_fault_quark (void);

/* HTTP status and service code of @error; 500 and InternalServerError for foreign domains. */
guint sb_error_get_status (const GError *error);
const char *sb_error_get_code (const GError *error);

G_END_DECLS
