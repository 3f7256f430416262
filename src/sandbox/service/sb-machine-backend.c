/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-machine-backend.h"

G_DEFINE_INTERFACE (SbMachineBackend, sb_machine_backend, G_TYPE_OBJECT)

enum
{
  STOPPED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
sb_machine_backend_default_init (SbMachineBackendInterface *iface)
{
  signals[STOPPED] = g_signal_new ("stopped", SB_TYPE_MACHINE_BACKEND, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

gboolean
sb_machine_backend_create (SbMachineBackend *self,
                           const char *name,
                           const char *template_name,
                           GError **error)
{
  return SB_MACHINE_BACKEND_GET_IFACE (self)->create (self, name, template_name, error);
}

gboolean
sb_machine_backend_remove (SbMachineBackend *self, const char *name, GError **error)
{
  return SB_MACHINE_BACKEND_GET_IFACE (self)->remove (self, name, error);
}

gboolean
sb_machine_backend_freeze (SbMachineBackend *self, const char *name, GError **error)
{
  return SB_MACHINE_BACKEND_GET_IFACE (self)->freeze (self, name, error);
}

guint16
sb_machine_backend_get_ssh_port (SbMachineBackend *self, const char *name)
{
  return SB_MACHINE_BACKEND_GET_IFACE (self)->get_ssh_port (self, name);
}

void
sb_machine_backend_start (SbMachineBackend *self,
                          const char *name,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  SB_MACHINE_BACKEND_GET_IFACE (self)->start (self, name, callback, user_data);
}

void
sb_machine_backend_stop (SbMachineBackend *self,
                         const char *name,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  SB_MACHINE_BACKEND_GET_IFACE (self)->stop (self, name, callback, user_data);
}

void
sb_machine_backend_set_password (SbMachineBackend *self,
                                 const char *name,
                                 const char *login,
                                 const char *password,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  SB_MACHINE_BACKEND_GET_IFACE (self)->set_password (self, name, login, password, callback,
                                                     user_data);
}

void
sb_machine_backend_stop_all (SbMachineBackend *self,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  SB_MACHINE_BACKEND_GET_IFACE (self)->stop_all (self, callback, user_data);
}

gboolean
sb_machine_backend_finish (SbMachineBackend *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
sb_machine_backend_emit_stopped (SbMachineBackend *self, const char *name)
{
  g_signal_emit (self, signals[STOPPED], 0, name);
}
