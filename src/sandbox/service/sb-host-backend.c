/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-host-backend.h"

#include "sb-machine-host.h"

struct _SbHostBackend
{
  GObject parent_instance;

  SbMachineHost *host;
};

static void sb_host_backend_iface_init (SbMachineBackendInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SbHostBackend,
                               sb_host_backend,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SB_TYPE_MACHINE_BACKEND,
                                                      sb_host_backend_iface_init))

typedef gboolean (*HostFinish) (SbMachineHost *host, GAsyncResult *result, GError **error);

static void
complete (gpointer user_data, GObject *source, GAsyncResult *result, HostFinish finish)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (finish (SB_MACHINE_HOST (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
start_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  complete (user_data, source, result, sb_machine_host_start_finish);
}

static void
stop_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  complete (user_data, source, result, sb_machine_host_stop_finish);
}

static void
set_password_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  complete (user_data, source, result, sb_machine_host_set_password_finish);
}

static void
stop_all_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  complete (user_data, source, result, sb_machine_host_stop_all_finish);
}

static void
stopped_cb (SbHostBackend *self, const char *name)
{
  sb_machine_backend_emit_stopped (SB_MACHINE_BACKEND (self), name);
}

static gboolean
sb_host_backend_create (SbMachineBackend *backend,
                        const char *name,
                        const char *template_name,
                        GError **error)
{
  return sb_machine_host_create (SB_HOST_BACKEND (backend)->host, name, template_name, error);
}

static gboolean
sb_host_backend_remove (SbMachineBackend *backend, const char *name, GError **error)
{
  return sb_machine_host_remove (SB_HOST_BACKEND (backend)->host, name, error);
}

static gboolean
sb_host_backend_freeze (SbMachineBackend *backend, const char *name, GError **error)
{
  return sb_machine_host_freeze (SB_HOST_BACKEND (backend)->host, name, error);
}

static guint16
sb_host_backend_get_ssh_port (SbMachineBackend *backend, const char *name)
{
  return sb_machine_host_get_ssh_port (SB_HOST_BACKEND (backend)->host, name);
}

static void
sb_host_backend_start (SbMachineBackend *backend,
                       const char *name,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  GTask *task = g_task_new (backend, NULL, callback, user_data);

  sb_machine_host_start_async (SB_HOST_BACKEND (backend)->host, name, NULL, start_cb, task);
}

static void
sb_host_backend_stop (SbMachineBackend *backend,
                      const char *name,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  GTask *task = g_task_new (backend, NULL, callback, user_data);

  sb_machine_host_stop_async (SB_HOST_BACKEND (backend)->host, name, NULL, stop_cb, task);
}

static void
sb_host_backend_set_password (SbMachineBackend *backend,
                              const char *name,
                              const char *login,
                              const char *password,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  GTask *task = g_task_new (backend, NULL, callback, user_data);

  sb_machine_host_set_password_async (SB_HOST_BACKEND (backend)->host, name, login, password, NULL,
                                      set_password_cb, task);
}

static void
sb_host_backend_stop_all (SbMachineBackend *backend,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (backend, NULL, callback, user_data);

  sb_machine_host_stop_all_async (SB_HOST_BACKEND (backend)->host, stop_all_cb, task);
}

static void
sb_host_backend_iface_init (SbMachineBackendInterface *iface)
{
  iface->create = sb_host_backend_create;
  iface->remove = sb_host_backend_remove;
  iface->freeze = sb_host_backend_freeze;
  iface->get_ssh_port = sb_host_backend_get_ssh_port;
  iface->start = sb_host_backend_start;
  iface->stop = sb_host_backend_stop;
  iface->set_password = sb_host_backend_set_password;
  iface->stop_all = sb_host_backend_stop_all;
}

static void
sb_host_backend_dispose (GObject *object)
{
  SbHostBackend *self = SB_HOST_BACKEND (object);

  g_clear_object (&self->host);
  G_OBJECT_CLASS (sb_host_backend_parent_class)->dispose (object);
}

static void
sb_host_backend_class_init (SbHostBackendClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sb_host_backend_dispose;
}

static void
sb_host_backend_init (SbHostBackend *self)
{
}

SbMachineBackend *
sb_host_backend_new (const char *state_dir, const char *image, GError **error)
{
  g_autoptr (SbHostBackend) self = NULL;
  SbMachineHost *host = sb_machine_host_new (state_dir, image, error);

  if (host == NULL)
    return NULL;

  self = g_object_new (SB_TYPE_HOST_BACKEND, NULL);
  self->host = host;
  g_signal_connect_object (host, "stopped", G_CALLBACK (stopped_cb), self, G_CONNECT_SWAPPED);

  return SB_MACHINE_BACKEND (g_steal_pointer (&self));
}
