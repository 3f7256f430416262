/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-sftp-worker.h"

#include "lc-thread.h"

typedef struct
{
  GSocket *socket;
  GAsyncQueue *jobs;
} Worker;

static gboolean
do_nothing (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error)
{
  g_value_init (value, G_TYPE_BOOLEAN);
  return TRUE;
}

static void
do_job (LcSftpWire *wire, LcSftpJob *job)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  if (lc_sftp_job_go_on (job, &error) && job->func (wire, job, &value, &error))
    lc_ssh_request_resolve (job->request, &value);
  else
    lc_ssh_request_reject (job->request, g_steal_pointer (&error));
}

static gpointer
worker_func (gpointer data)
{
  Worker *self = data;
  gboolean over = FALSE;
  LcSftpWire wire;

  lc_sftp_wire_init (&wire, self->socket);
  while (!over)
    {
      g_autoptr (LcSftpJob) job = g_async_queue_pop (self->jobs);

      over = job->func == do_nothing;
      do_job (&wire, job);
    }
  lc_sftp_wire_clear (&wire);
  g_object_unref (self->socket);
  g_async_queue_unref (self->jobs);
  g_free (self);
  return NULL;
}

GAsyncQueue *
lc_sftp_worker_start (GSocket *socket)
{
  Worker *self = g_new0 (Worker, 1);
  GAsyncQueue *jobs = g_async_queue_new_full ((GDestroyNotify) lc_sftp_job_unref);

  self->socket = g_object_ref (socket);
  self->jobs = g_async_queue_ref (jobs);
  lc_thread_start ("lc-ssh-sftp", worker_func, self);
  return jobs;
}

LcSftpJob *
lc_sftp_worker_last_job (void)
{
  return lc_sftp_job_new (do_nothing, NULL);
}
