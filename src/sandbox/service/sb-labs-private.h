/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sb-labs.h"

G_BEGIN_DECLS

SbStore *sb_labs_get_store (SbLabs *self);
SbMachineBackend *sb_labs_get_backend (SbLabs *self);

/* Marks a machine on which work is under way besides its power state; FALSE and
 * SB_ERROR_IN_PROGRESS when it is marked already. */
gboolean sb_labs_set_busy (SbLabs *self, gint64 machine, GError **error);
void sb_labs_unset_busy (SbLabs *self, gint64 machine);
gboolean sb_labs_is_busy (SbLabs *self, gint64 machine);

/* Writes down a new operation on @target. */
SbOperation *sb_labs_begin_operation (SbLabs *self,
                                      const char *target,
                                      const SbLab *lab,
                                      const SbCaller *caller,
                                      GError **error);

/* Ends it, with success when @problem is %NULL. */
void sb_labs_end_operation (SbLabs *self, const char *id, const GError *problem);

/* After @caller's delay: fails with its fault, else calls @work. Both are given @data. */
typedef void (*SbWork) (gpointer data);
typedef void (*SbWorkFailed) (gpointer data, const GError *problem);
void sb_labs_begin_work (const SbCaller *caller, SbWork work, SbWorkFailed failed, gpointer data);

/* Sets @machine to rest with its usage counted, and saves it. */
gboolean sb_labs_settle_machine (SbLabs *self, SbMachine *machine, GError **error);

G_END_DECLS
