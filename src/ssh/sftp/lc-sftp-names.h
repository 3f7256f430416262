/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-sftp-packet.h"

G_BEGIN_DECLS

/* Whether a file in a folder can have this name: what a server says may lead out of the folder, or
 * cut a path short. */
gboolean lc_sftp_is_file_name (const guint8 *name, gsize length);

/* Adds the entries of one LC_SFTP_NAME to @into (element-type LcSftpEntry), without those that have
 * no name a file can have. Returns: %FALSE when the packet makes no sense */
gboolean lc_sftp_names_read (LcSshWire *reader, GPtrArray *into);

G_END_DECLS
