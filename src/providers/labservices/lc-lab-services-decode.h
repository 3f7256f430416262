/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-json-reader.h"
#include "lc-machine.h"

G_BEGIN_DECLS

/* What 2018-10-15 sends, as machines. All give %NULL for an item whose id is none; what is of
 * another type than described shows in lc_json_reader_check(). */

/* Nullable, transfer full: the lab's id, from its own or that of anything in it:
 * "/subscriptions/…/labaccounts/A/labs/L". */
char *lc_lab_services_dup_lab_id (const char *id);

/* Whether it is the id of an environment setting, which stands for its template machine. */
gboolean lc_lab_services_is_setting_id (const char *id);

/* From a power state and a provisioning state, either nullable (CONTRACTS 7). */
LcMachineState lc_lab_services_parse_state (const char *power_state,
                                            const char *provisioning_state);

/* Whether a student's environment came with its connection details, as listAllEnvironments may not
 * give them. */
gboolean lc_lab_services_has_details (LcJsonReader *environment);

/* EnvironmentDetails: one of a student's own. */
LcMachine *lc_lab_services_decode_details (LcJsonReader *environment, const char *account_id);

/* Environment: one that a role lets the person see. @object_id: the person */
LcMachine *lc_lab_services_decode_environment (LcJsonReader *environment,
                                               const char *account_id,
                                               const char *object_id);

/* EnvironmentSetting with its reference machine; %NULL when it has none. */
LcMachine *lc_lab_services_decode_setting (LcJsonReader *setting, const char *account_id);

G_END_DECLS
