/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "lc-sftp-packet.h"
#include "lc-ssh-buffer.h"

G_BEGIN_DECLS

/**
 * LcSftpWire:
 * @broken: (nullable): why nothing can be asked any more
 * @renames_over: the server has posix-rename@openssh.com
 * @tells_space: the server has statvfs@openssh.com
 *
 * Questions to an SFTP server and its answers, over the streams of its process. Its functions wait;
 * it belongs to the worker's thread.
 */
typedef struct
{
  GSocket *socket;
  LcSshBuffer in;
  gsize packet; /* length of the last one, still in @in */
  guint32 last_id;
  GError *broken;
  gboolean renames_over;
  gboolean tells_space;
} LcSftpWire;

/**
 * LcSftpReply:
 * @body: what follows the id; valid until the next reply is received
 */
typedef struct
{
  LcSftpType type;
  guint32 id;
  LcSshWire body;
} LcSftpReply;

void lc_sftp_wire_init (LcSftpWire *self, GSocket *socket);
void lc_sftp_wire_clear (LcSftpWire *self);

/* Agrees on a version. %LC_ERROR_UNSUPPORTED when there is no server after all. */
gboolean lc_sftp_wire_greet (LcSftpWire *self, GError **error);

/* A question; its id is @last_id until the next one. */
GByteArray *lc_sftp_wire_begin (LcSftpWire *self, LcSftpType type);
GByteArray *lc_sftp_wire_begin_path (LcSftpWire *self, LcSftpType type, const char *path);
GByteArray *lc_sftp_wire_begin_handle (LcSftpWire *self, LcSftpType type, GBytes *handle);

/* @packet: (transfer full) */
gboolean lc_sftp_wire_send (LcSftpWire *self, GByteArray *packet, GError **error);

/* The next answer, to whichever question. */
gboolean lc_sftp_wire_receive (LcSftpWire *self, LcSftpReply *reply, GError **error);

/* Sends @packet (transfer full) and waits for its answer; what comes late for others is passed
 * over. An LC_SFTP_STATUS other than success is an error, as is an answer of another type than
 * @expected, which may be LC_SFTP_STATUS. */
gboolean lc_sftp_wire_ask (LcSftpWire *self,
                           GByteArray *packet,
                           LcSftpType expected,
                           LcSftpReply *reply,
                           GError **error);

/* Returns: (transfer full) (nullable): what a LC_SFTP_STATUS says; %NULL for success. @end: (out)
 * (optional): whether it is the end of a file or folder, which is an error, too */
GError *lc_sftp_reply_status (LcSftpReply *reply, gboolean *end);

/* Returns: (transfer full): for what makes no sense; the wire is broken from then on */
GError *lc_sftp_wire_nonsense (LcSftpWire *self);

/* Whether @error is a failure that the server had no better word for. */
gboolean lc_sftp_is_vague (const GError *error);

/* Returns: (transfer full): for a disk that is full */
GError *lc_sftp_no_space_error (void);

G_END_DECLS
