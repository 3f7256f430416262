/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-sftp-wire.h"

#include <string.h>

#include "lc-error.h"

#define VERSION 3

/* An answer that takes longer does not come: the machine's disk or network home hangs. */
#define ANSWER_TIMEOUT_S 60

#define READ_SIZE        (64 * 1024)

/* OpenSSH sends 256 KiB at most. */
#define LARGEST_PACKET (1024 * 1024)

#define VAGUE_CODE     "failure"

/* 0 to 8 are version 3's; some servers say more. */
static const struct
{
  LcError code;
  const char *service_code;
  const char *text;
} statuses[] = {
  [1] = { LC_ERROR_REMOTE_FAILED, "end-of-file", "Nothing more is there" },
  [2] = { LC_ERROR_NOT_FOUND, "no-such-file", "There is no such file or folder on the machine" },
  [3] = { LC_ERROR_FORBIDDEN, "permission-denied", "This login may not do that on the machine" },
  [4] = { LC_ERROR_REMOTE_FAILED, VAGUE_CODE, "The machine cannot do that" },
  [5] = { LC_ERROR_REMOTE_FAILED, "bad-message", "The machine does not take that" },
  [8] = { LC_ERROR_UNSUPPORTED, "unsupported", "The machine's SFTP server cannot do that" },
  [11] = { LC_ERROR_CONFLICT, "exists", "There is something with this name already" },
  [14] = { LC_ERROR_REMOTE_FAILED, "no-space", "The machine's disk is full" },
  [15] = { LC_ERROR_REMOTE_FAILED, "no-space", "The space for this login is used up" },
  [18] = { LC_ERROR_CONFLICT, "not-empty", "The folder is not empty" },
  [19] = { LC_ERROR_CONFLICT, "not-a-folder", "It is not a folder" },
  [24] = { LC_ERROR_CONFLICT, "is-a-folder", "It is a folder" },
};

static gboolean
break_off (LcSftpWire *self, GError *problem, GError **error)
{
  if (self->broken == NULL)
    self->broken = problem;
  else
    g_error_free (problem);
  g_propagate_error (error, g_error_copy (self->broken));
  return FALSE;
}

static GError *
ended_error (void)
{
  return lc_error_new (LC_ERROR_OFFLINE, "The machine's SFTP server or the connection has ended");
}

static gboolean
fill (LcSftpWire *self, gsize length, GError **error)
{
  while (lc_ssh_buffer_length (&self->in) < length)
    {
      gsize room = MAX (READ_SIZE, length - lc_ssh_buffer_length (&self->in));
      GError *problem = NULL;
      gssize n = g_socket_receive (self->socket, (char *) lc_ssh_buffer_reserve (&self->in, room),
                                   room, NULL, &problem);

      if (n > 0)
        lc_ssh_buffer_added (&self->in, n);
      else if (n == 0)
        return break_off (self, ended_error (), error);
      else if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
        {
          /* It may still come, and is passed over then. */
          g_error_free (problem);
          g_propagate_error (error, lc_error_new (LC_ERROR_TIMED_OUT,
                                                  "The machine's SFTP server does not answer"));
          return FALSE;
        }
      else
        return break_off (self, lc_error_convert (problem), error);
    }
  return TRUE;
}

static void
read_extensions (LcSftpWire *self, LcSshWire *reader)
{
  while (reader->length > 0 && !reader->bad)
    {
      g_autofree char *name = lc_sftp_packet_dup_text (reader);
      g_autofree char *version = lc_sftp_packet_dup_text (reader);

      if (g_strcmp0 (name, "posix-rename@openssh.com") == 0)
        self->renames_over = g_strcmp0 (version, "1") == 0;
      else if (g_strcmp0 (name, "statvfs@openssh.com") == 0)
        self->tells_space = g_strcmp0 (version, "2") == 0;
    }
}

void
lc_sftp_wire_init (LcSftpWire *self, GSocket *socket)
{
  *self = (LcSftpWire) { .socket = g_object_ref (socket) };
  g_socket_set_blocking (socket, TRUE);
  g_socket_set_timeout (socket, ANSWER_TIMEOUT_S);
}

void
lc_sftp_wire_clear (LcSftpWire *self)
{
  g_clear_object (&self->socket);
  lc_ssh_buffer_clear (&self->in);
  g_clear_error (&self->broken);
}

gboolean
lc_sftp_wire_greet (LcSftpWire *self, GError **error)
{
  LcSftpReply reply;
  g_autoptr (GError) problem = NULL;

  /* What is an id elsewhere is the version here, both ways. Who has ended already may have said
   * something before: that tells more. */
  if (!lc_sftp_wire_send (self, lc_sftp_packet_begin (LC_SFTP_INIT, VERSION), NULL))
    g_clear_error (&self->broken);
  if (lc_sftp_wire_receive (self, &reply, &problem))
    {
      if (reply.type != LC_SFTP_VERSION || reply.id < VERSION)
        problem = lc_sftp_wire_nonsense (self);
      else
        read_extensions (self, &reply.body);
    }
  if (problem == NULL)
    return TRUE;
  if (g_error_matches (problem, LC_ERROR, LC_ERROR_OFFLINE))
    g_propagate_error (error, lc_error_new (LC_ERROR_UNSUPPORTED,
                                            "The machine has no SFTP server that works"));
  else
    g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

GByteArray *
lc_sftp_wire_begin (LcSftpWire *self, LcSftpType type)
{
  return lc_sftp_packet_begin (type, ++self->last_id);
}

GByteArray *
lc_sftp_wire_begin_path (LcSftpWire *self, LcSftpType type, const char *path)
{
  GByteArray *packet = lc_sftp_wire_begin (self, type);

  lc_sftp_packet_string (packet, path);
  return packet;
}

GByteArray *
lc_sftp_wire_begin_handle (LcSftpWire *self, LcSftpType type, GBytes *handle)
{
  GByteArray *packet = lc_sftp_wire_begin (self, type);
  gsize length;
  const void *data = g_bytes_get_data (handle, &length);

  lc_ssh_wire_put_string (packet, data, length);
  return packet;
}

gboolean
lc_sftp_wire_send (LcSftpWire *self, GByteArray *packet, GError **error)
{
  g_autoptr (GByteArray) owned = packet;

  lc_sftp_packet_end (packet);
  if (self->broken != NULL)
    {
      g_propagate_error (error, g_error_copy (self->broken));
      return FALSE;
    }
  for (gsize done = 0; done < packet->len;)
    {
      GError *problem = NULL;
      gssize n = g_socket_send (self->socket, (const char *) packet->data + done,
                                packet->len - done, NULL, &problem);

      if (n < 0 && g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
        return break_off (self, lc_error_convert (problem), error);
      if (n < 0)
        {
          g_error_free (problem);
          return break_off (self, ended_error (), error);
        }
      done += n;
    }
  return TRUE;
}

gboolean
lc_sftp_wire_receive (LcSftpWire *self, LcSftpReply *reply, GError **error)
{
  LcSshWire reader;
  gsize length;

  if (self->broken != NULL)
    {
      g_propagate_error (error, g_error_copy (self->broken));
      return FALSE;
    }
  lc_ssh_buffer_consume (&self->in, self->packet);
  self->packet = 0;
  if (!fill (self, 4, error))
    return FALSE;
  reader = (LcSshWire) { .data = lc_ssh_buffer_peek (&self->in), .length = 4 };
  length = lc_ssh_wire_get_uint32 (&reader);
  if (length < 5 || length > LARGEST_PACKET)
    {
      g_propagate_error (error, lc_sftp_wire_nonsense (self));
      return FALSE;
    }
  if (!fill (self, 4 + length, error))
    return FALSE;
  reader = (LcSshWire) { .data = lc_ssh_buffer_peek (&self->in) + 4, .length = length };
  self->packet = 4 + length;
  reply->type = lc_ssh_wire_get_byte (&reader);
  reply->id = lc_ssh_wire_get_uint32 (&reader);
  reply->body = reader;
  return TRUE;
}

gboolean
lc_sftp_wire_ask (LcSftpWire *self,
                  GByteArray *packet,
                  LcSftpType expected,
                  LcSftpReply *reply,
                  GError **error)
{
  guint32 id = self->last_id;
  GError *problem = NULL;

  if (!lc_sftp_wire_send (self, packet, error))
    return FALSE;
  do
    if (!lc_sftp_wire_receive (self, reply, error))
      return FALSE;
  while (reply->id != id);
  if (reply->type == LC_SFTP_STATUS)
    problem = lc_sftp_reply_status (reply, NULL);
  if (problem == NULL && reply->type != expected)
    problem = lc_sftp_wire_nonsense (self);
  if (problem != NULL)
    g_propagate_error (error, problem);
  return problem == NULL;
}

GError *
lc_sftp_reply_status (LcSftpReply *reply, gboolean *end)
{
  guint32 code = lc_ssh_wire_get_uint32 (&reply->body);
  gsize length;
  const char *said = (const char *) lc_ssh_wire_get_string (&reply->body, &length);
  g_autofree char *text = g_utf8_make_valid (said, MIN (length, 256));
  guint known = code < G_N_ELEMENTS (statuses) && statuses[code].text != NULL ? code : 4;
  LcErrorDetails details = { .service_code = (char *) statuses[known].service_code,
                             .service_message = text };

  if (end != NULL)
    *end = code == 1;
  if (code == 0)
    return NULL;
  return lc_error_new_with_details (statuses[known].code, &details, "%s (%s)", statuses[known].text,
                                    text);
}

GError *
lc_sftp_wire_nonsense (LcSftpWire *self)
{
  if (self->broken == NULL)
    self->broken = lc_error_new (LC_ERROR_PROTOCOL,
                                 "The machine's SFTP server says what makes no sense; does the "
                                 "login's shell print something when it starts?");
  return g_error_copy (self->broken);
}

gboolean
lc_sftp_is_vague (const GError *error)
{
  return lc_error_has_service_code (error, VAGUE_CODE);
}

GError *
lc_sftp_no_space_error (void)
{
  LcErrorDetails details = { .service_code = (char *) "no-space" };

  return lc_error_new_with_details (LC_ERROR_REMOTE_FAILED, &details, "The machine's disk is full");
}
