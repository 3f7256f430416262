/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-lab-services-session.h"

G_BEGIN_DECLS

/* What a role in a subscription lets somebody see (CONTRACTS 5 and 10): labs with all their
 * machines and the template. A student without a role gets empty lists. */

/* Finds the labs, and marks them as managed. */
gboolean lc_lab_services_teacher_await_labs (LcLabServicesSession *self, GError **error);

/* Nullable, transfer full, element-type LcMachine: the template first. */
GPtrArray *lc_lab_services_teacher_await_machines (LcLabServicesSession *self,
                                                   const char *lab_id,
                                                   GError **error);

/* Nullable, transfer full. */
LcMachine *
lc_lab_services_teacher_await_machine (LcLabServicesSession *self, const char *id, GError **error);

G_END_DECLS
