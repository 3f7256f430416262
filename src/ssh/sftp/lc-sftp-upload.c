/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-sftp-job.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* As for downloads. */
#define BLOCK     (32 * 1024)
#define IN_FLIGHT 128

typedef struct
{
  LcSftpWire *wire;
  LcSftpJob *job;
  GBytes *handle;
  int fd;
  guint64 offset;
  gboolean over;          /* the end of the local file */
  GHashTable *unanswered; /* id → length */
} Upload;

/* Reads a block and sends it on its way. */
static gboolean
send_block (Upload *self, GError **error)
{
  g_autofree guint8 *block = g_malloc (BLOCK);
  GByteArray *packet;
  gssize n;

  do
    n = read (self->fd, block, BLOCK);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    {
      g_propagate_error (error, lc_sftp_local_error (errno, self->job->file));
      return FALSE;
    }
  self->over = n == 0;
  if (self->over)
    return TRUE;
  packet = lc_sftp_wire_begin_handle (self->wire, LC_SFTP_WRITE, self->handle);
  lc_ssh_wire_put_uint64 (packet, self->offset);
  lc_ssh_wire_put_string (packet, block, n);
  self->offset += n;
  g_hash_table_insert (self->unanswered, GUINT_TO_POINTER (self->wire->last_id),
                       GSIZE_TO_POINTER ((gsize) n));
  return lc_sftp_wire_send (self->wire, packet, error);
}

static gboolean
take_answer (Upload *self, GError **error)
{
  gpointer length;
  LcSftpReply reply;
  GError *problem;

  if (!lc_sftp_wire_receive (self->wire, &reply, error))
    return FALSE;
  if (!g_hash_table_steal_extended (self->unanswered, GUINT_TO_POINTER (reply.id), NULL, &length))
    return TRUE; /* late, for what was given up before */
  problem = reply.type == LC_SFTP_STATUS ? lc_sftp_reply_status (&reply, NULL)
                                         : lc_sftp_wire_nonsense (self->wire);
  if (problem != NULL)
    {
      g_propagate_error (error, problem);
      return FALSE;
    }
  atomic_fetch_add (&self->job->done, GPOINTER_TO_SIZE (length));
  return TRUE;
}

static gboolean
send_all (Upload *self, GError **error)
{
  while (!self->over || g_hash_table_size (self->unanswered) > 0)
    {
      gboolean more = !self->over && g_hash_table_size (self->unanswered) < IN_FLIGHT;

      if (!lc_sftp_job_go_on (self->job, error) ||
          !(more ? send_block (self, error) : take_answer (self, error)))
        return FALSE;
    }
  return TRUE;
}

/* The server takes its umask from what it is told when it makes the file. */
static gboolean
set_mode (Upload *self, GError **error)
{
  GByteArray *packet = lc_sftp_wire_begin_handle (self->wire, LC_SFTP_FSETSTAT, self->handle);
  g_autoptr (GError) problem = NULL;
  LcSftpReply reply;

  lc_sftp_packet_mode (packet, self->job->mode);
  if (lc_sftp_wire_ask (self->wire, packet, LC_SFTP_STATUS, &reply, &problem) ||
      g_error_matches (problem, LC_ERROR, LC_ERROR_UNSUPPORTED))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* Sends it to @part, which is new. */
static gboolean
send_to (Upload *self, const char *part, const char *path, GError **error)
{
  GByteArray *packet = lc_sftp_wire_begin_path (self->wire, LC_SFTP_OPEN, part);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GBytes) handle = NULL;
  g_autoptr (GError) problem = NULL;
  LcSftpReply reply;

  lc_ssh_wire_put_uint32 (packet, LC_SFTP_FLAG_WRITE | LC_SFTP_FLAG_CREATE | LC_SFTP_FLAG_NEW);
  lc_sftp_packet_mode (packet, self->job->mode | 0200);
  handle = lc_sftp_ask_handle (self->wire, packet, &problem);
  if (handle == NULL)
    {
      g_propagate_error (error,
                         lc_sftp_look_for_space (self->wire, folder, g_steal_pointer (&problem)));
      return FALSE;
    }
  self->handle = handle;
  if (send_all (self, &problem))
    set_mode (self, &problem);
  /* A file server may tell only now that there is no room. */
  lc_sftp_ask_close (self->wire, handle, problem == NULL ? &problem : NULL);
  if (problem == NULL && lc_sftp_job_go_on (self->job, &problem) &&
      lc_sftp_ask_rename (self->wire, part, path, &problem))
    return TRUE;
  g_propagate_error (error,
                     lc_sftp_look_for_space (self->wire, folder, g_steal_pointer (&problem)));
  lc_sftp_wire_ask (self->wire, lc_sftp_wire_begin_path (self->wire, LC_SFTP_REMOVE, part),
                    LC_SFTP_STATUS, &reply, NULL);
  return FALSE;
}

/* Returns: (transfer full) (nullable): where it goes: a symbolic link stays one, and what it leads
 * to is replaced. */
static char *
find_target (LcSftpWire *wire, const char *path, GError **error)
{
  LcSftpAttributes attributes;

  if (!lc_sftp_ask_attributes (wire, path, FALSE, &attributes, NULL))
    return g_strdup (path); /* it is new, most often; if not, the next step tells why */
  if (S_ISLNK (attributes.mode))
    return lc_sftp_ask_real_path (wire, path, error);
  if (!S_ISDIR (attributes.mode))
    return g_strdup (path);
  g_propagate_error (error, lc_error_new (LC_ERROR_CONFLICT,
                                          "There is a folder with this name on the machine"));
  return NULL;
}

static int
open_file (const char *path, LcSftpJob *job, GError **error)
{
  struct stat info;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  int problem = fd < 0 ? errno : 0;

  if (fd >= 0 && fstat (fd, &info) < 0)
    problem = errno;
  else if (fd >= 0 && !S_ISREG (info.st_mode))
    problem = S_ISDIR (info.st_mode) ? EISDIR : EINVAL;
  if (problem == 0)
    {
      atomic_store (&job->total, (guint64) info.st_size);
      return fd;
    }
  g_clear_fd (&fd, NULL);
  g_propagate_error (error, lc_sftp_local_error (problem, path));
  return -1;
}

gboolean
lc_sftp_do_upload (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error)
{
  g_autoptr (GHashTable) unanswered = g_hash_table_new (NULL, NULL);
  g_autofree char *path = NULL;
  g_autofree char *part = NULL;
  g_autofd int fd = open_file (job->file, job, error);
  Upload self = { .wire = wire, .job = job, .fd = fd, .unanswered = unanswered };

  if (fd < 0)
    return FALSE;
  path = find_target (wire, job->path, error);
  if (path == NULL)
    return FALSE;
  part = lc_sftp_dup_part_name (path);
  if (!send_to (&self, part, path, error))
    return FALSE;
  g_value_init (value, G_TYPE_BOOLEAN);
  g_value_set_boolean (value, TRUE);
  return TRUE;
}
