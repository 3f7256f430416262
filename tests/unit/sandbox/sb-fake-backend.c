/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-fake-backend.h"

#define FIRST_PORT 20000

struct _SbFakeBackend
{
  GObject parent_instance;

  GHashTable *disks;   /* name -> template */
  GHashTable *ports;   /* name -> port */
  GHashTable *running; /* names */
  char *failure;
};

static void sb_fake_backend_iface_init (SbMachineBackendInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SbFakeBackend,
                               sb_fake_backend,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SB_TYPE_MACHINE_BACKEND,
                                                      sb_fake_backend_iface_init))

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, message);
  return FALSE;
}

/* Completes from the main loop, as a real one does. */
static void
complete (SbFakeBackend *self, GTask *task, const char *problem)
{
  g_autofree char *failure = g_steal_pointer (&self->failure);

  if (failure != NULL || problem != NULL)
    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                                     failure != NULL ? failure : problem);
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static gboolean
sb_fake_backend_create (SbMachineBackend *backend,
                        const char *name,
                        const char *template_name,
                        GError **error)
{
  SbFakeBackend *self = SB_FAKE_BACKEND (backend);
  guint port = FIRST_PORT + g_hash_table_size (self->ports);

  if (g_hash_table_contains (self->disks, name))
    return TRUE;

  g_hash_table_insert (self->disks, g_strdup (name),
                       g_strdup (template_name != NULL ? template_name : ""));
  g_hash_table_insert (self->ports, g_strdup (name), GUINT_TO_POINTER (port));

  return TRUE;
}

static gboolean
sb_fake_backend_remove (SbMachineBackend *backend, const char *name, GError **error)
{
  SbFakeBackend *self = SB_FAKE_BACKEND (backend);

  if (g_hash_table_contains (self->running, name))
    return refuse (error, "The machine runs.");

  if (g_hash_table_remove (self->disks, name))
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no such disk.");
  return FALSE;
}

static gboolean
sb_fake_backend_freeze (SbMachineBackend *backend, const char *name, GError **error)
{
  SbFakeBackend *self = SB_FAKE_BACKEND (backend);

  if (g_hash_table_contains (self->running, name))
    return refuse (error, "The machine runs.");

  return g_hash_table_contains (self->disks, name) ? TRUE
                                                   : refuse (error, "There is no such disk.");
}

static guint16
sb_fake_backend_get_ssh_port (SbMachineBackend *backend, const char *name)
{
  return (guint16) GPOINTER_TO_UINT (g_hash_table_lookup (SB_FAKE_BACKEND (backend)->ports, name));
}

static void
sb_fake_backend_start (SbMachineBackend *backend,
                       const char *name,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  SbFakeBackend *self = SB_FAKE_BACKEND (backend);
  gboolean has_disk = g_hash_table_contains (self->disks, name);

  if (has_disk && self->failure == NULL)
    g_hash_table_add (self->running, g_strdup (name));
  complete (self, g_task_new (self, NULL, callback, user_data),
            has_disk ? NULL : "The machine has no disk.");
}

static void
sb_fake_backend_stop (SbMachineBackend *backend,
                      const char *name,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  SbFakeBackend *self = SB_FAKE_BACKEND (backend);

  if (self->failure == NULL)
    g_hash_table_remove (self->running, name);
  complete (self, g_task_new (self, NULL, callback, user_data), NULL);
}

static void
sb_fake_backend_set_password (SbMachineBackend *backend,
                              const char *name,
                              const char *login,
                              const char *password,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  SbFakeBackend *self = SB_FAKE_BACKEND (backend);
  gboolean has_disk = g_hash_table_contains (self->disks, name);

  complete (self, g_task_new (self, NULL, callback, user_data),
            has_disk ? NULL : "The machine has no disk.");
}

static void
sb_fake_backend_stop_all (SbMachineBackend *backend,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  SbFakeBackend *self = SB_FAKE_BACKEND (backend);

  g_hash_table_remove_all (self->running);
  complete (self, g_task_new (self, NULL, callback, user_data), NULL);
}

static void
sb_fake_backend_iface_init (SbMachineBackendInterface *iface)
{
  iface->create = sb_fake_backend_create;
  iface->remove = sb_fake_backend_remove;
  iface->freeze = sb_fake_backend_freeze;
  iface->get_ssh_port = sb_fake_backend_get_ssh_port;
  iface->start = sb_fake_backend_start;
  iface->stop = sb_fake_backend_stop;
  iface->set_password = sb_fake_backend_set_password;
  iface->stop_all = sb_fake_backend_stop_all;
}

static void
sb_fake_backend_finalize (GObject *object)
{
  SbFakeBackend *self = SB_FAKE_BACKEND (object);

  g_hash_table_unref (self->disks);
  g_hash_table_unref (self->ports);
  g_hash_table_unref (self->running);
  g_free (self->failure);
  G_OBJECT_CLASS (sb_fake_backend_parent_class)->finalize (object);
}

static void
sb_fake_backend_class_init (SbFakeBackendClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sb_fake_backend_finalize;
}

static void
sb_fake_backend_init (SbFakeBackend *self)
{
  self->disks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->ports = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->running = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

SbFakeBackend *
sb_fake_backend_new (void)
{
  return g_object_new (SB_TYPE_FAKE_BACKEND, NULL);
}

void
sb_fake_backend_fail_next (SbFakeBackend *self, const char *message)
{
  g_set_str (&self->failure, message);
}

void
sb_fake_backend_lose_disk (SbFakeBackend *self, const char *name)
{
  g_hash_table_remove (self->disks, name);
}

void
sb_fake_backend_power_off (SbFakeBackend *self, const char *name)
{
  g_hash_table_remove (self->running, name);
  sb_machine_backend_emit_stopped (SB_MACHINE_BACKEND (self), name);
}

gboolean
sb_fake_backend_has_disk (SbFakeBackend *self, const char *name)
{
  return g_hash_table_contains (self->disks, name);
}

gboolean
sb_fake_backend_is_running (SbFakeBackend *self, const char *name)
{
  return g_hash_table_contains (self->running, name);
}

const char *
sb_fake_backend_get_template (SbFakeBackend *self, const char *name)
{
  return g_hash_table_lookup (self->disks, name);
}
