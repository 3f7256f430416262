/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sb-disk-store.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SbSlot:
 *
 * What is asked of one machine, one thing after the other: a start waits for a stop that is under
 * way, a stop overtakes a start, a password boots a stopped machine for as long as it takes. Takes
 * the tasks that it is given and completes them.
 */
typedef struct _SbSlot SbSlot;

/* The machine ended without being asked to. */
typedef void (*SbSlotStopped) (GObject *owner, const char *name);

/* @disks and @image stay the caller's; @owner is the source object of all tasks. */
SbSlot *sb_slot_new (const char *name,
                     SbDiskStore *disks,
                     const char *image,
                     SbSlotStopped stopped,
                     GObject *owner);
void sb_slot_free (SbSlot *slot);

void sb_slot_start (SbSlot *slot, GTask *task);
void sb_slot_stop (SbSlot *slot, GTask *task);
/* @input, taken, is the reading end of a pipe with what chpasswd is to read. */
void sb_slot_set_password (SbSlot *slot, const char *login, int input, GTask *task);

gboolean sb_slot_is_started (SbSlot *slot);
/* Whether anything of it runs. */
gboolean sb_slot_is_busy (SbSlot *slot);

G_END_DECLS
