/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdatomic.h>

#include "lc-sftp-wire.h"
#include "lc-ssh-request.h"

G_BEGIN_DECLS

typedef struct _LcSftpJob LcSftpJob;

/* Does a job on the worker's thread, and may wait. @value: unset; what it resolves to */
typedef gboolean (*LcSftpFunc) (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error);

/**
 * LcSftpJob:
 * @request: answered when it is done
 * @path: (nullable): on the machine
 * @to: (nullable): rename: the new path
 * @file: (nullable): a transfer's path on this computer
 * @mode: permissions of what is made on the machine
 * @done: bytes of a transfer so far
 * @total: bytes that it will have, 0 when unknown
 *
 * Something that is to be done with the machine's files. Read-only once it is sent, but for @done
 * and @total.
 */
struct _LcSftpJob
{
  gatomicrefcount ref_count;
  LcSshRequest *request;
  LcSftpFunc func;
  char *path;
  char *to;
  char *file;
  guint32 mode;
  atomic_uint_fast64_t done;
  atomic_uint_fast64_t total;
};

LcSftpJob *lc_sftp_job_new (LcSftpFunc func, const char *path);
LcSftpJob *lc_sftp_job_ref (LcSftpJob *self);
void lc_sftp_job_unref (LcSftpJob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcSftpJob, lc_sftp_job_unref)

/* Returns: %FALSE with %LC_ERROR_CANCELLED when nobody waits for it any more */
gboolean lc_sftp_job_go_on (LcSftpJob *self, GError **error);

/* What can be done: lc-sftp-files.c, lc-sftp-download.c, lc-sftp-upload.c. */
gboolean lc_sftp_do_greet (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error);
gboolean lc_sftp_do_real_path (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error);
gboolean lc_sftp_do_stat (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error);
gboolean lc_sftp_do_list (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error);
gboolean lc_sftp_do_make_folder (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error);
gboolean lc_sftp_do_remove (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error);
gboolean lc_sftp_do_remove_folder (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error);
gboolean lc_sftp_do_rename (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error);
gboolean lc_sftp_do_download (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error);
gboolean lc_sftp_do_upload (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error);

/* Parts of the above. */

/* @links: whether a symbolic link is followed */
gboolean lc_sftp_ask_attributes (LcSftpWire *wire,
                                 const char *path,
                                 gboolean links,
                                 LcSftpAttributes *attributes,
                                 GError **error);

/* Returns: (transfer full) (nullable): the absolute path */
char *lc_sftp_ask_real_path (LcSftpWire *wire, const char *path, GError **error);

/* Returns: (transfer full) (nullable) */
GBytes *lc_sftp_ask_handle (LcSftpWire *wire, GByteArray *packet, GError **error);
gboolean lc_sftp_ask_close (LcSftpWire *wire, GBytes *handle, GError **error);

/* Replaces @to. */
gboolean lc_sftp_ask_rename (LcSftpWire *wire, const char *from, const char *to, GError **error);

/* @error: (transfer full). Returns: (transfer full): that the disk is full, when @error says little
 * and it is */
GError *lc_sftp_look_for_space (LcSftpWire *wire, const char *path, GError *error);

/* Returns: (transfer full): for what failed on this computer */
GError *lc_sftp_local_error (int problem, const char *path);

/* Returns: (transfer full): beside @path, hidden, with another name each time */
char *lc_sftp_dup_part_name (const char *path);

G_END_DECLS
