/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-sftp-job.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What every server gives in one answer, and how many questions are underway: 4 MiB, so that a long
 * line is filled. */
#define BLOCK     (32 * 1024)
#define IN_FLIGHT 128

/* A part that was asked for. */
typedef struct
{
  guint32 id;
  guint64 offset;
  guint32 length;
} Asked;

typedef struct
{
  LcSftpWire *wire;
  LcSftpJob *job;
  GBytes *handle;
  int fd;
  guint64 size;  /* as the server said before */
  guint64 next;  /* what is asked for next */
  guint64 end;   /* of what came */
  gboolean over; /* the end of the file was seen */
  GArray *asked; /* Asked, in no order */
} Download;

static gboolean
ask_for (Download *self, guint64 offset, guint32 length, GError **error)
{
  GByteArray *packet = lc_sftp_wire_begin_handle (self->wire, LC_SFTP_READ, self->handle);
  Asked asked = { .id = self->wire->last_id, .offset = offset, .length = length };

  lc_ssh_wire_put_uint64 (packet, offset);
  lc_ssh_wire_put_uint32 (packet, length);
  g_array_append_val (self->asked, asked);
  return lc_sftp_wire_send (self->wire, packet, error);
}

/* One at a time beyond the end that was told: the file may have grown, or have no size at all. */
static gboolean
ask_ahead (Download *self, GError **error)
{
  while (!self->over && self->asked->len < (self->next < self->size ? IN_FLIGHT : 1))
    {
      if (!ask_for (self, self->next, BLOCK, error))
        return FALSE;
      self->next += BLOCK;
    }
  return TRUE;
}

static gboolean
is_empty (const guint8 *data, gsize length)
{
  return data[0] == 0 && memcmp (data, data + 1, length - 1) == 0;
}

static gboolean
keep (Download *self, guint64 offset, const guint8 *data, gsize length, GError **error)
{
  /* What is empty stays a hole. */
  for (gsize done = is_empty (data, length) ? length : 0; done < length;)
    {
      gssize n = pwrite (self->fd, data + done, length - done, offset + done);

      if (n < 0 && errno != EINTR)
        {
          g_propagate_error (error, lc_sftp_local_error (errno, self->job->file));
          return FALSE;
        }
      done += MAX (n, 0);
    }
  self->end = MAX (self->end, offset + length);
  atomic_fetch_add (&self->job->done, length);
  return TRUE;
}

static gboolean
take_data (Download *self, const Asked *asked, LcSftpReply *reply, GError **error)
{
  gsize length;
  const guint8 *data = lc_ssh_wire_get_string (&reply->body, &length);

  if (reply->body.bad || length == 0 || length > asked->length)
    {
      g_propagate_error (error, lc_sftp_wire_nonsense (self->wire));
      return FALSE;
    }
  if (!keep (self, asked->offset, data, length, error))
    return FALSE;
  return length == asked->length ||
         ask_for (self, asked->offset + length, asked->length - length, error);
}

static gboolean
take_status (Download *self, LcSftpReply *reply, GError **error)
{
  GError *problem = lc_sftp_reply_status (reply, &self->over);

  if (self->over)
    {
      g_error_free (problem);
      return TRUE;
    }
  g_propagate_error (error, problem != NULL ? problem : lc_sftp_wire_nonsense (self->wire));
  return FALSE;
}

static gboolean
take_answer (Download *self, GError **error)
{
  LcSftpReply reply;
  gboolean ended = self->over;

  if (!lc_sftp_wire_receive (self->wire, &reply, error))
    return FALSE;
  for (guint i = 0; i < self->asked->len; i++)
    {
      Asked asked = g_array_index (self->asked, Asked, i);

      if (asked.id != reply.id)
        continue;
      g_array_remove_index_fast (self->asked, i);
      if (reply.type == LC_SFTP_DATA)
        return take_data (self, &asked, &reply, error);
      if (reply.type == LC_SFTP_STATUS)
        {
          gboolean good = take_status (self, &reply, error);

          self->over |= ended;
          return good;
        }
      g_propagate_error (error, lc_sftp_wire_nonsense (self->wire));
      return FALSE;
    }
  return TRUE; /* late, for what was given up before */
}

static gboolean
fetch (Download *self, GError **error)
{
  do
    if (!lc_sftp_job_go_on (self->job, error) || !ask_ahead (self, error) ||
        !take_answer (self, error))
      return FALSE;
  while (!self->over || self->asked->len > 0);
  if (ftruncate (self->fd, self->end) == 0)
    return TRUE;
  g_propagate_error (error, lc_sftp_local_error (errno, self->job->file));
  return FALSE;
}

/* Writes it to @part, which is new. */
static gboolean
fetch_to (Download *self, const char *part, guint32 mode, GError **error)
{
  gboolean good;

  self->fd = open (part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode != 0 ? mode & 0777 : 0666);
  if (self->fd < 0)
    {
      g_propagate_error (error, lc_sftp_local_error (errno, self->job->file));
      return FALSE;
    }
  good = fetch (self, error);
  /* A file server may tell only now that there is no room. */
  if (close (self->fd) < 0 && good)
    {
      g_propagate_error (error, lc_sftp_local_error (errno, self->job->file));
      good = FALSE;
    }
  if (good && lc_sftp_job_go_on (self->job, error))
    {
      if (g_rename (part, self->job->file) == 0)
        return TRUE;
      g_propagate_error (error, lc_sftp_local_error (errno, self->job->file));
    }
  g_unlink (part);
  return FALSE;
}

gboolean
lc_sftp_do_download (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error)
{
  g_autofree char *part = lc_sftp_dup_part_name (job->file);
  g_autoptr (GBytes) handle = NULL;
  g_autoptr (GArray) asked = g_array_new (FALSE, FALSE, sizeof (Asked));
  LcSftpAttributes attributes;
  GByteArray *packet;
  Download self = { .wire = wire, .job = job, .asked = asked };
  gboolean good;

  if (!lc_sftp_ask_attributes (wire, job->path, TRUE, &attributes, error))
    return FALSE;
  /* Opening anything else may wait for ever, or do something. */
  if (attributes.mode != 0 && !S_ISREG (attributes.mode))
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_CONFLICT,
                                              S_ISDIR (attributes.mode)
                                                  ? "It is a folder"
                                                  : "It is not a file that has contents"));
      return FALSE;
    }
  packet = lc_sftp_wire_begin_path (wire, LC_SFTP_OPEN, job->path);
  lc_ssh_wire_put_uint32 (packet, LC_SFTP_FLAG_READ);
  lc_ssh_wire_put_uint32 (packet, 0); /* no attributes */
  handle = lc_sftp_ask_handle (wire, packet, error);
  if (handle == NULL)
    return FALSE;
  self.handle = handle;
  self.size = attributes.size;
  atomic_store (&job->total, attributes.size);
  good = fetch_to (&self, part, attributes.mode, error);
  lc_sftp_ask_close (wire, handle, NULL);
  if (good)
    {
      g_value_init (value, G_TYPE_BOOLEAN);
      g_value_set_boolean (value, TRUE);
    }
  return good;
}
