/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-connection.h"

G_BEGIN_DECLS

/**
 * LcSftpEntry:
 * @name: (type filename): of the file, without a folder; never "." or "..", no "/" and no NUL in it
 * @mode: as in stat(2), with the kind of file
 * @size: bytes
 * @modified_at: seconds since 1970
 */
typedef struct
{
  char *name;
  guint32 mode;
  guint64 size;
  gint64 modified_at;
} LcSftpEntry;

#define LC_TYPE_SFTP_ENTRY (lc_sftp_entry_get_type ())
GType lc_sftp_entry_get_type (void);
LcSftpEntry *lc_sftp_entry_copy (LcSftpEntry *self);
void lc_sftp_entry_free (LcSftpEntry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcSftpEntry, lc_sftp_entry_free)

/**
 * LcSftp:
 *
 * The files of a machine. Requests of one #LcSftp are done one after the other, on a thread of its
 * own; open another one for a transfer that runs beside. Paths are bytes as the server has them; a
 * relative one counts from the login's home. Dropping the future of a request ends it. Main thread.
 *
 * All futures reject with %LC_ERROR_NOT_FOUND (no such file), FORBIDDEN (permission denied),
 * CONFLICT (exists, or is a folder), REMOTE_FAILED (the machine's disk is full, or its quota is
 * used up: service_code "no-space"; else with the server's own words as service_message), OFFLINE
 * and TIMED_OUT.
 */
#define LC_TYPE_SFTP (lc_sftp_get_type ())
G_DECLARE_FINAL_TYPE (LcSftp, lc_sftp, LC, SFTP, GObject)

/* Called on the main thread, at most ten times a second, and at the end. @total: 0 when unknown */
typedef void (*LcSftpProgressFunc) (guint64 done, guint64 total, gpointer data);

/* Resolves to a string: the absolute path. */
DexFuture *lc_sftp_real_path (LcSftp *self, const char *path) G_GNUC_WARN_UNUSED_RESULT;

/* Resolves to an #LcSftpEntry (boxed); symbolic links are followed. */
DexFuture *lc_sftp_stat (LcSftp *self, const char *path) G_GNUC_WARN_UNUSED_RESULT;

/* Resolves to a #GPtrArray (boxed) of #LcSftpEntry. Entries that have no name a file can have are
 * left out. */
DexFuture *lc_sftp_list (LcSftp *self, const char *path) G_GNUC_WARN_UNUSED_RESULT;

/* @mode: permissions, such as 0700. Resolve to %TRUE. */
DexFuture *
lc_sftp_make_folder (LcSftp *self, const char *path, guint32 mode) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *lc_sftp_remove (LcSftp *self, const char *path) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *lc_sftp_remove_folder (LcSftp *self, const char *path) G_GNUC_WARN_UNUSED_RESULT;

/* Replaces @to, atomically where the server can (posix-rename@openssh.com). */
DexFuture *
lc_sftp_rename (LcSftp *self, const char *from, const char *to) G_GNUC_WARN_UNUSED_RESULT;

/**
 * lc_sftp_download:
 * @path: on the machine
 * @file: on this computer: written beside it, then renamed, so that a half file never has its name
 * @progress: (nullable)
 *
 * Permissions are those of the file on the machine, less the umask; holes stay holes.
 *
 * Resolves to %TRUE. Dropping the future ends it and removes what was written so far. A full disk
 * of this computer is a %LC_ERROR_CONFLICT with the service_code "no-space".
 */
DexFuture *lc_sftp_download (LcSftp *self,
                             const char *path,
                             GFile *file,
                             LcSftpProgressFunc progress,
                             gpointer data) G_GNUC_WARN_UNUSED_RESULT;

/* The other way, with the same promise. @mode: permissions of the new file. When @path is a
 * symbolic link, what it leads to is replaced. */
DexFuture *lc_sftp_upload (LcSftp *self,
                           GFile *file,
                           const char *path,
                           guint32 mode,
                           LcSftpProgressFunc progress,
                           gpointer data) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
