/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-error.h"

G_BEGIN_DECLS

/**
 * lc_lab_services_refine_error:
 * @error: (transfer full): any error
 *
 * Tells apart what the HTTP status alone does not, by the service's code and sentence.
 *
 * Returns: (transfer full): of %LC_ERROR
 */
GError *lc_lab_services_refine_error (GError *error);

/* For an operation or a machine that failed. @code, @message: (nullable): the service's */
GError *lc_lab_services_operation_error (const char *code, const char *message);

/* Whether the service does not offer the call, or not to this person: reason to ask otherwise. */
gboolean lc_lab_services_is_refusal (const GError *error);

G_END_DECLS
