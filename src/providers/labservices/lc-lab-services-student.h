/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-lab-services-session.h"

G_BEGIN_DECLS

/* The calls that need no role: `POST /providers/Microsoft.LabServices/users/NoUsername/…`
 * (CONTRACTS 7). The token identifies the person. */

LcHttpRequest *lc_lab_services_student_request (const char *action, const char *api_version);

/* Learns names and quotas of the labs. Today's service may not offer the call any longer: then
 * nothing is learnt, and that is no error. */
gboolean lc_lab_services_student_await_labs (LcLabServicesSession *self, GError **error);

/**
 * lc_lab_services_student_await_machines:
 * @lab_id: (nullable): of one lab only
 *
 * Returns: (nullable) (transfer full) (element-type LcMachine): the person's machines; none when
 *   the service offers no call for that
 */
GPtrArray *lc_lab_services_student_await_machines (LcLabServicesSession *self,
                                                   const char *lab_id,
                                                   GError **error);

/* Nullable, transfer full. %LC_ERROR_NOT_FOUND when it is not the person's. */
LcMachine *
lc_lab_services_student_await_machine (LcLabServicesSession *self, const char *id, GError **error);

G_END_DECLS
