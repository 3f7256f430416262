/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-error.h"

G_DEFINE_QUARK (sb - error - quark, sb_error)
G_DEFINE_QUARK (sb - fault - quark, sb_fault)

static const struct
{
  guint status;
  const char *code;
} kinds[] = {
  [SB_ERROR_INTERNAL] = { 500, "InternalServerError" },
  [SB_ERROR_INVALID_CONTENT] = { 400, "InvalidRequestContent" },
  [SB_ERROR_INVALID_PARAMETER] = { 400, "InvalidParameter" },
  [SB_ERROR_MISSING_API_VERSION] = { 400, "MissingApiVersionParameter" },
  [SB_ERROR_INVALID_API_VERSION] = { 400, "InvalidApiVersionParameter" },
  [SB_ERROR_INVALID_PASSWORD] = { 400, "InvalidPassword" },
  [SB_ERROR_INVALID_USER_NAME] = { 400, "InvalidUserName" },
  [SB_ERROR_INVALID_REGISTRATION_CODE] = { 400, "InvalidRegistrationCode" },
  [SB_ERROR_NO_TOKEN] = { 401, "AuthenticationFailed" },
  [SB_ERROR_INVALID_TOKEN] = { 401, "InvalidAuthenticationToken" },
  [SB_ERROR_EXPIRED_TOKEN] = { 401, "ExpiredAuthenticationToken" },
  [SB_ERROR_WRONG_AUDIENCE] = { 401, "InvalidAuthenticationTokenAudience" },
  [SB_ERROR_FORBIDDEN] = { 403, "AuthorizationFailed" },
  [SB_ERROR_NOT_IN_ROSTER] = { 403, "UserNotInLab" },
  [SB_ERROR_NOT_FOUND] = { 404, "ResourceNotFound" },
  [SB_ERROR_GROUP_NOT_FOUND] = { 404, "ResourceGroupNotFound" },
  [SB_ERROR_SUBSCRIPTION_NOT_FOUND] = { 404, "SubscriptionNotFound" },
  [SB_ERROR_NO_ROUTE] = { 404, "InvalidResourceType" },
  [SB_ERROR_METHOD_NOT_ALLOWED] = { 405, "MethodNotAllowed" },
  [SB_ERROR_CONFLICT] = { 409, "Conflict" },
  [SB_ERROR_IN_PROGRESS] = { 409, "OperationInProgress" },
  [SB_ERROR_NOT_PUBLISHED] = { 409, "LabNotPublished" },
  [SB_ERROR_LAB_FULL] = { 409, "LabIsFull" },
  [SB_ERROR_QUOTA_EXCEEDED] = { 409, "QuotaExceeded" },
  [SB_ERROR_TOO_LARGE] = { 413, "RequestContentTooLarge" },
  [SB_ERROR_MACHINE_FAILED] = { 500, "VirtualMachineFailed" },
};

guint
sb_error_get_status (const GError *error)
{
  return error->domain == SB_ERROR ? kinds[error->code].status : 500;
}

const char *
sb_error_get_code (const GError *error)
{
  if (error->domain == SB_FAULT)
    return g_quark_to_string ((GQuark) error->code);

  return kinds[error->domain == SB_ERROR ? error->code : SB_ERROR_INTERNAL].code;
}
