/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-lab-services-error.h"

#include <string.h>

typedef struct
{
  const char *text;
  LcError code;
} Pattern;

/* Microsoft publishes no list of codes (CONTRACTS 15.2), so these are INFERRED; compared without
 * case, as a part of the service's code. */
static const Pattern code_patterns[] = {
  { "QuotaExceeded", LC_ERROR_QUOTA_EXHAUSTED },
  { "QuotaExhausted", LC_ERROR_QUOTA_EXHAUSTED },
  { "UsageLimit", LC_ERROR_QUOTA_EXHAUSTED },
  { "InvalidPassword", LC_ERROR_INVALID_INPUT },
  { "PasswordComplexity", LC_ERROR_INVALID_INPUT },
  { "OperationInProgress", LC_ERROR_CONFLICT },
  { "Conflict", LC_ERROR_CONFLICT },
  { "NotRunning", LC_ERROR_CONFLICT },
  { "LabIsFull", LC_ERROR_CONFLICT },
  { "AuthorizationFailed", LC_ERROR_FORBIDDEN },
};

static const char *const quota_sentences[] = {
  "usage quota",
  "quota has been",
  "quota is used up",
  "no hours left",
};

static gboolean
contains (const char *text, const char *part)
{
  return text != NULL && strcasestr (text, part) != NULL;
}

/* A school's limit of processor cores is a quota too, but not the student's hours. */
static gboolean
is_about_cores (const LcErrorDetails *details)
{
  return contains (details->service_code, "core") || contains (details->service_message, " core");
}

static gboolean
find_code (const LcErrorDetails *details, LcError *code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (code_patterns); i++)
    if (contains (details->service_code, code_patterns[i].text))
      {
        if (code_patterns[i].code == LC_ERROR_QUOTA_EXHAUSTED && is_about_cores (details))
          return FALSE;
        *code = code_patterns[i].code;
        return TRUE;
      }
  for (gsize i = 0; i < G_N_ELEMENTS (quota_sentences); i++)
    if (contains (details->service_message, quota_sentences[i]) && !is_about_cores (details))
      {
        *code = LC_ERROR_QUOTA_EXHAUSTED;
        return TRUE;
      }
  return FALSE;
}

GError *
lc_lab_services_refine_error (GError *error)
{
  GError *converted = lc_error_convert (error);
  const LcErrorDetails *details = lc_error_get_details (converted);
  GError *refined;
  LcError code;

  if (details == NULL || !find_code (details, &code) || (int) code == converted->code)
    return converted;
  refined = lc_error_new_with_details (code, details, "%s", converted->message);
  g_error_free (converted);
  return refined;
}

GError *
lc_lab_services_operation_error (const char *code, const char *message)
{
  LcErrorDetails details = { .service_code = (char *) code, .service_message = (char *) message };

  return lc_lab_services_refine_error (lc_error_new_with_details (
      LC_ERROR_REMOTE_FAILED, &details, "The service's operation failed"));
}

gboolean
lc_lab_services_is_refusal (const GError *error)
{
  return g_error_matches (error, LC_ERROR, LC_ERROR_FORBIDDEN) ||
         g_error_matches (error, LC_ERROR, LC_ERROR_NOT_FOUND) ||
         g_error_matches (error, LC_ERROR, LC_ERROR_UNSUPPORTED) ||
         g_error_matches (error, LC_ERROR, LC_ERROR_INVALID_INPUT);
}
