/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SbMachine:
 *
 * One run of a machine, from its start to its end; a machine that starts again is a new SbMachine.
 *
 * Signal "ready": it is set up. Signal "ended" (error): no process or mount of it is left; error is
 * why it could not be set up, else NULL.
 */
#define SB_TYPE_MACHINE (sb_machine_get_type ())
G_DECLARE_FINAL_TYPE (SbMachine, sb_machine, SB, MACHINE, GObject)

typedef enum
{
  SB_MACHINE_FRESH, /* set up a disk that has never been booted */
  SB_MACHINE_USED,
  SB_MACHINE_PROBE, /* only find out whether machines work here */
} SbMachineMode;

/* Boots @name from @disk over @layers (both relative to @folder) over @image. */
SbMachine *sb_machine_boot (const char *name,
                            SbMachineMode mode,
                            const char *folder,
                            const char *disk,
                            const char *const *layers,
                            const char *image,
                            GError **error);

/* Accepts connections on 127.0.0.1:@port and hands them in. */
gboolean sb_machine_listen (SbMachine *self, guint16 port, GError **error);
void sb_machine_stop_listening (SbMachine *self);

/* @input is the reading end of a pipe with what chpasswd is to read; taken. */
void sb_machine_set_password_async (SbMachine *self,
                                    const char *login,
                                    int input,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean sb_machine_set_password_finish (SbMachine *self, GAsyncResult *result, GError **error);

/* Asks it to end; "ended" follows, by force when it must be. */
void sb_machine_shut_down (SbMachine *self);

G_END_DECLS
