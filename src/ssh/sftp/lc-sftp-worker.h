/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-sftp-job.h"

G_BEGIN_DECLS

/* A thread that does jobs one after the other: it waits for the server's answers and for this
 * computer's files, which may lie on a slow disk, and holds up nobody.
 *
 * @socket: the standard input and output of the SFTP server's process
 * Returns: (transfer full) (element-type LcSftpJob): where jobs are put, each (transfer full) */
GAsyncQueue *lc_sftp_worker_start (GSocket *socket);

/* Returns: (transfer full): the last job, which ends the thread. When it is answered, the socket is
 * needed no more; nobody has to join the thread. */
LcSftpJob *lc_sftp_worker_last_job (void);

G_END_DECLS
