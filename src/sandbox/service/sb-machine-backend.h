/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SbMachineBackend:
 *
 * What the service needs of that which runs machines. In the program it is #SbHostBackend, before
 * the machine host; the tests of the surface have one that starts in an instant. The meaning of
 * each function is that of the function of the same name in sb-machine-host.h.
 *
 * Signal "stopped" (name): a machine ended without being asked to.
 */
#define SB_TYPE_MACHINE_BACKEND (sb_machine_backend_get_type ())
G_DECLARE_INTERFACE (SbMachineBackend, sb_machine_backend, SB, MACHINE_BACKEND, GObject)

struct _SbMachineBackendInterface
{
  GTypeInterface parent_iface;

  gboolean (*create) (SbMachineBackend *self,
                      const char *name,
                      const char *template_name,
                      GError **error);
  gboolean (*remove) (SbMachineBackend *self, const char *name, GError **error);
  gboolean (*freeze) (SbMachineBackend *self, const char *name, GError **error);
  guint16 (*get_ssh_port) (SbMachineBackend *self, const char *name);

  /* All complete with a #GTask of a boolean. */
  void (*start) (SbMachineBackend *self,
                 const char *name,
                 GAsyncReadyCallback callback,
                 gpointer user_data);
  void (*stop) (SbMachineBackend *self,
                const char *name,
                GAsyncReadyCallback callback,
                gpointer user_data);
  void (*set_password) (SbMachineBackend *self,
                        const char *name,
                        const char *login,
                        const char *password,
                        GAsyncReadyCallback callback,
                        gpointer user_data);
  void (*stop_all) (SbMachineBackend *self, GAsyncReadyCallback callback, gpointer user_data);
};

gboolean sb_machine_backend_create (SbMachineBackend *self,
                                    const char *name,
                                    const char *template_name,
                                    GError **error);
gboolean sb_machine_backend_remove (SbMachineBackend *self, const char *name, GError **error);
gboolean sb_machine_backend_freeze (SbMachineBackend *self, const char *name, GError **error);
guint16 sb_machine_backend_get_ssh_port (SbMachineBackend *self, const char *name);
void sb_machine_backend_start (SbMachineBackend *self,
                               const char *name,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
void sb_machine_backend_stop (SbMachineBackend *self,
                              const char *name,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
void sb_machine_backend_set_password (SbMachineBackend *self,
                                      const char *name,
                                      const char *login,
                                      const char *password,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
void sb_machine_backend_stop_all (SbMachineBackend *self,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);

/* Ends each of the four above. */
gboolean sb_machine_backend_finish (SbMachineBackend *self, GAsyncResult *result, GError **error);

/* For implementations. */
void sb_machine_backend_emit_stopped (SbMachineBackend *self, const char *name);

G_END_DECLS
