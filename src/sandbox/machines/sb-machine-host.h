/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SbMachineHost:
 *
 * Runs machines: each an overlay over an image root, in user, mount, PID, UTS, IPC and network
 * namespaces of its own, with a listener on 127.0.0.1 whose accepted connections are handed to
 * `sshd -i` inside. Knows nothing of labs, users or REST: a machine is a name and a folder of
 * disks. Main thread only, as the kernel ends a machine with the thread that started it. All errors
 * are G_IO_ERROR, with a sentence that can be shown.
 *
 * Signal "stopped" (name): a machine ended without being asked to (it powered itself off, its
 * process 1 died).
 */
#define SB_TYPE_MACHINE_HOST (sb_machine_host_get_type ())
G_DECLARE_FINAL_TYPE (SbMachineHost, sb_machine_host, SB, MACHINE_HOST, GObject)

/**
 * sb_machine_host_new:
 * @state_dir: where disks are kept, for one host at a time; may be on any file system that can hold
 * an overlay's upper folder
 * @image: the image root, never written
 * @error: the kernel does not allow namespaces or overlays here: one sentence that says what to do
 */
SbMachineHost *sb_machine_host_new (const char *state_dir, const char *image, GError **error);

/**
 * sb_machine_host_create:
 * @name: letters, digits and "-", at most 63: also the host name
 * @template_name: (nullable): a machine whose frozen disk it starts from
 *
 * Makes the disk (an empty overlay, or one over the frozen one) and reserves its port, kept in the
 * state folder. No-op when it is there. The login "student" is made at the first boot; nobody can
 * log in with a password before sb_machine_host_set_password_async().
 */
gboolean sb_machine_host_create (SbMachineHost *self,
                                 const char *name,
                                 const char *template_name,
                                 GError **error);

/* Drops the disk. The machine must be stopped. */
gboolean sb_machine_host_remove (SbMachineHost *self, const char *name, GError **error);

/* Drops what was written since sb_machine_host_create(), passwords too: next start has new host
 * keys. Must be stopped. */
gboolean sb_machine_host_reimage (SbMachineHost *self, const char *name, GError **error);

/* Freezes the disk of a stopped machine, for sb_machine_host_create() of others; again: replaces
 * the frozen one for machines created later. Copies nothing. Host keys, machine id, passwords,
 * histories, logs and Jupyter's secrets do not reach the others; the machine itself keeps them. */
gboolean sb_machine_host_freeze (SbMachineHost *self, const char *name, GError **error);

/* Boots it; completes when its listener accepts, at once when it does already. Its port may have
 * changed, when somebody else sat on the old one. A stop meanwhile: G_IO_ERROR_CANCELLED. */
void sb_machine_host_start_async (SbMachineHost *self,
                                  const char *name,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean sb_machine_host_start_finish (SbMachineHost *self, GAsyncResult *result, GError **error);

/* SIGTERM to what runs inside, SIGKILL after five seconds; completes when no process or mount is
 * left. */
void sb_machine_host_stop_async (SbMachineHost *self,
                                 const char *name,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean sb_machine_host_stop_finish (SbMachineHost *self, GAsyncResult *result, GError **error);

/* Sets the password of @login (made when it is missing) on a running or stopped machine; a stopped
 * one is booted for it, without a listener. @password reaches chpasswd through a pipe only. */
void sb_machine_host_set_password_async (SbMachineHost *self,
                                         const char *name,
                                         const char *login,
                                         const char *password,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
gboolean
sb_machine_host_set_password_finish (SbMachineHost *self, GAsyncResult *result, GError **error);

/* Whether it accepts connections. */
gboolean sb_machine_host_is_running (SbMachineHost *self, const char *name);
guint16 sb_machine_host_get_ssh_port (SbMachineHost *self,
                                      const char *name); /* 0: no such machine */

/* Stops all, for shutting down. */
void sb_machine_host_stop_all_async (SbMachineHost *self,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean
sb_machine_host_stop_all_finish (SbMachineHost *self, GAsyncResult *result, GError **error);

G_END_DECLS
