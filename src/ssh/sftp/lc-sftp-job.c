/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-sftp-job.h"

#include <errno.h>

/* Of a file's name, so that what is put around it still fits into NAME_MAX. */
#define BASE_LENGTH 200

LcSftpJob *
lc_sftp_job_new (LcSftpFunc func, const char *path)
{
  LcSftpJob *self = g_new0 (LcSftpJob, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->request = lc_ssh_request_new (LC_SSH_REQUEST_SFTP);
  self->func = func;
  self->path = g_strdup (path);
  return self;
}

LcSftpJob *
lc_sftp_job_ref (LcSftpJob *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
lc_sftp_job_unref (LcSftpJob *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  lc_ssh_request_unref (self->request);
  g_free (self->path);
  g_free (self->to);
  g_free (self->file);
  g_free (self);
}

gboolean
lc_sftp_job_go_on (LcSftpJob *self, GError **error)
{
  if (!lc_ssh_request_is_abandoned (self->request))
    return TRUE;
  g_propagate_error (error, lc_error_new (LC_ERROR_CANCELLED, "Cancelled"));
  return FALSE;
}

GError *
lc_sftp_local_error (int problem, const char *path)
{
  LcErrorDetails details = { .service_code = (char *) "no-space" };
  g_autofree char *name = g_filename_display_basename (path);

  if (problem == ENOSPC || problem == EDQUOT)
    return lc_error_new_with_details (LC_ERROR_CONFLICT, &details,
                                      "This computer's disk is full: %s", name);
  if (problem == EISDIR)
    return lc_error_new (LC_ERROR_CONFLICT, "There is a folder on this computer called %s", name);
  return lc_error_convert (g_error_new (G_IO_ERROR, g_io_error_from_errno (problem), "%s: %s", name,
                                        g_strerror (problem)));
}

char *
lc_sftp_dup_part_name (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = g_strdup_printf (".%.*s.%08x.part", BASE_LENGTH, base, g_random_int ());

  return g_build_filename (folder, name, NULL);
}
