/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-machine.h"

G_BEGIN_DECLS

/**
 * LcLab:
 *
 * A class: machines of one kind. Properties: id, account-id, name, description (nullable), machines
 * (#GListModel of #LcMachine), loaded (whether machines have been listed), stale. Main thread.
 */
#define LC_TYPE_LAB (lc_lab_get_type ())
G_DECLARE_FINAL_TYPE (LcLab, lc_lab, LC, LAB, GObject)

LcLab *lc_lab_new (const char *account_id, const char *id, const char *name);
const char *lc_lab_get_id (LcLab *self);
const char *lc_lab_get_account_id (LcLab *self);
const char *lc_lab_get_name (LcLab *self);
const char *lc_lab_get_description (LcLab *self);
void lc_lab_set_description (LcLab *self, const char *description);

/* The kind of service it came from, lc_provider_get_id(): set by the catalog. Nullable. */
const char *lc_lab_get_provider_id (LcLab *self);
void lc_lab_set_provider_id (LcLab *self, const char *provider_id);

GListModel *lc_lab_get_machines (LcLab *self);
gboolean lc_lab_get_loaded (LcLab *self);
gboolean lc_lab_get_stale (LcLab *self);
void lc_lab_set_stale (LcLab *self, gboolean stale);

/**
 * lc_lab_set_machines:
 * @machines: (element-type LcMachine): the list as it is now
 *
 * Brings the lab's own list in line by id: objects that stay are updated in place, so that
 * selection, focus and scroll position stay too.
 */
void lc_lab_set_machines (LcLab *self, GListModel *machines);

/* Takes over name, description and, when @fresh has them loaded, the machines. */
void lc_lab_update (LcLab *self, LcLab *fresh);

G_END_DECLS
