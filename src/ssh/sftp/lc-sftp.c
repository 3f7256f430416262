/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-sftp.h"

#include "lc-sftp-worker.h"
#include "lc-ssh-connection-private.h"
#include "lc-ssh-process.h"

#define PROGRESS_MS 100

struct _LcSftp
{
  GObject parent_instance;

  LcSshLink *link;
  LcSshProcess *process;
  GAsyncQueue *jobs;
};

G_DEFINE_FINAL_TYPE (LcSftp, lc_sftp, G_TYPE_OBJECT)

/* A transfer, as the main thread sees it. */
typedef struct
{
  LcSftpJob *job;
  LcSftpProgressFunc func;
  gpointer data;
  guint64 told;
  guint source;
} Progress;

static void
tell (Progress *self)
{
  self->told = atomic_load (&self->job->done);
  self->func (self->told, atomic_load (&self->job->total), self->data);
}

static gboolean
progress_cb (gpointer data)
{
  Progress *self = data;

  if (atomic_load (&self->job->done) != self->told)
    tell (self);
  return G_SOURCE_CONTINUE;
}

static void
progress_free (gpointer data)
{
  Progress *self = data;

  g_clear_handle_id (&self->source, g_source_remove);
  lc_sftp_job_unref (self->job);
  g_free (self);
}

static DexFuture *
transferred_cb (DexFuture *completed, gpointer user_data)
{
  Progress *self = user_data;

  g_clear_handle_id (&self->source, g_source_remove);
  if (dex_future_is_resolved (completed))
    tell (self);
  return NULL;
}

static DexFuture *
pass_cb (DexFuture *completed, gpointer user_data)
{
  return NULL;
}

/* @job: (transfer full). It keeps the object, until it is done or nobody waits for it any more. */
static DexFuture *
run (LcSftp *self, LcSftpJob *job)
{
  DexFuture *future = lc_ssh_request_get_future (job->request, self->link);

  g_async_queue_push (self->jobs, job);
  return dex_future_finally (future, pass_cb, g_object_ref (self), g_object_unref);
}

static DexFuture *
run_path (LcSftp *self, LcSftpFunc func, const char *path)
{
  return run (self, lc_sftp_job_new (func, path[0] != '\0' ? path : "."));
}

static DexFuture *
run_transfer (LcSftp *self,
              LcSftpFunc func,
              const char *path,
              GFile *file,
              guint32 mode,
              LcSftpProgressFunc progress,
              gpointer data)
{
  g_autofree char *local = g_file_get_path (file);
  LcSftpJob *job;
  Progress *watch;

  if (local == NULL)
    return dex_future_new_for_error (
        lc_error_new (LC_ERROR_UNSUPPORTED, "The file is not in a folder of this computer"));
  job = lc_sftp_job_new (func, path);
  job->file = g_steal_pointer (&local);
  job->mode = mode;
  if (progress == NULL)
    return run (self, job);
  watch = g_new0 (Progress, 1);
  watch->job = lc_sftp_job_ref (job);
  watch->func = progress;
  watch->data = data;
  watch->source = g_timeout_add (PROGRESS_MS, progress_cb, watch);
  return dex_future_finally (run (self, job), transferred_cb, watch, progress_free);
}

static DexFuture *
greeted_cb (DexFuture *completed, gpointer user_data)
{
  return dex_future_new_for_object (user_data);
}

static DexFuture *
started_cb (DexFuture *completed, gpointer user_data)
{
  LcSftp *self = g_object_new (LC_TYPE_SFTP, NULL);

  self->link = lc_ssh_link_ref (user_data);
  self->process = g_value_dup_object (dex_future_get_value (completed, NULL));
  /* What it says beside the protocol is for nobody. */
  g_socket_close (lc_ssh_process_get_stderr (self->process), NULL);
  self->jobs = lc_sftp_worker_start (lc_ssh_process_get_stdio (self->process));
  return dex_future_then (run (self, lc_sftp_job_new (lc_sftp_do_greet, NULL)), greeted_cb, self,
                          g_object_unref);
}

static void
lc_sftp_dispose (GObject *object)
{
  LcSftp *self = LC_SFTP (object);
  LcSftpJob *last;
  DexFuture *ended;

  if (self->jobs != NULL)
    {
      /* A transfer that was given up still removes its half file, so the server is kept as long. */
      last = lc_sftp_worker_last_job ();
      ended = lc_ssh_request_get_future (last->request, self->link);
      g_async_queue_push (self->jobs, last);
      dex_future_disown (
          dex_future_finally (ended, pass_cb, g_steal_pointer (&self->process), g_object_unref));
    }
  g_clear_pointer (&self->jobs, g_async_queue_unref);
  g_clear_pointer (&self->link, lc_ssh_link_unref);
  G_OBJECT_CLASS (lc_sftp_parent_class)->dispose (object);
}

static void
lc_sftp_class_init (LcSftpClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lc_sftp_dispose;
}

static void
lc_sftp_init (LcSftp *self)
{
}

DexFuture *
lc_sftp_open (LcSshLink *link)
{
  LcSshProgram program = { .subsystem = "sftp" };

  return dex_future_then (lc_ssh_process_start (link, &program), started_cb, lc_ssh_link_ref (link),
                          (GDestroyNotify) lc_ssh_link_unref);
}

DexFuture *
lc_sftp_real_path (LcSftp *self, const char *path)
{
  dex_return_error_if_fail (LC_IS_SFTP (self));
  dex_return_error_if_fail (path != NULL);
  return run_path (self, lc_sftp_do_real_path, path);
}

DexFuture *
lc_sftp_stat (LcSftp *self, const char *path)
{
  dex_return_error_if_fail (LC_IS_SFTP (self));
  dex_return_error_if_fail (path != NULL);
  return run_path (self, lc_sftp_do_stat, path);
}

DexFuture *
lc_sftp_list (LcSftp *self, const char *path)
{
  dex_return_error_if_fail (LC_IS_SFTP (self));
  dex_return_error_if_fail (path != NULL);
  return run_path (self, lc_sftp_do_list, path);
}

DexFuture *
lc_sftp_make_folder (LcSftp *self, const char *path, guint32 mode)
{
  LcSftpJob *job;

  dex_return_error_if_fail (LC_IS_SFTP (self));
  dex_return_error_if_fail (path != NULL);
  job = lc_sftp_job_new (lc_sftp_do_make_folder, path);
  job->mode = mode;
  return run (self, job);
}

DexFuture *
lc_sftp_remove (LcSftp *self, const char *path)
{
  dex_return_error_if_fail (LC_IS_SFTP (self));
  dex_return_error_if_fail (path != NULL);
  return run_path (self, lc_sftp_do_remove, path);
}

DexFuture *
lc_sftp_remove_folder (LcSftp *self, const char *path)
{
  dex_return_error_if_fail (LC_IS_SFTP (self));
  dex_return_error_if_fail (path != NULL);
  return run_path (self, lc_sftp_do_remove_folder, path);
}

DexFuture *
lc_sftp_rename (LcSftp *self, const char *from, const char *to)
{
  LcSftpJob *job;

  dex_return_error_if_fail (LC_IS_SFTP (self));
  dex_return_error_if_fail (from != NULL && to != NULL);
  job = lc_sftp_job_new (lc_sftp_do_rename, from);
  job->to = g_strdup (to);
  return run (self, job);
}

DexFuture *
lc_sftp_download (LcSftp *self,
                  const char *path,
                  GFile *file,
                  LcSftpProgressFunc progress,
                  gpointer data)
{
  dex_return_error_if_fail (LC_IS_SFTP (self));
  dex_return_error_if_fail (path != NULL && G_IS_FILE (file));
  return run_transfer (self, lc_sftp_do_download, path, file, 0, progress, data);
}

DexFuture *
lc_sftp_upload (LcSftp *self,
                GFile *file,
                const char *path,
                guint32 mode,
                LcSftpProgressFunc progress,
                gpointer data)
{
  dex_return_error_if_fail (LC_IS_SFTP (self));
  dex_return_error_if_fail (path != NULL && G_IS_FILE (file));
  return run_transfer (self, lc_sftp_do_upload, path, file, mode, progress, data);
}
