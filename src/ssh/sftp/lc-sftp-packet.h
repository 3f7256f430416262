/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-wire.h"

G_BEGIN_DECLS

/* The packets of SFTP version 3, which all servers speak: draft-ietf-secsh-filexfer-02, and
 * OpenSSH's file PROTOCOL for the extensions. No input or output here. */

typedef enum
{
  LC_SFTP_INIT = 1,
  LC_SFTP_VERSION = 2,
  LC_SFTP_OPEN = 3,
  LC_SFTP_CLOSE = 4,
  LC_SFTP_READ = 5,
  LC_SFTP_WRITE = 6,
  LC_SFTP_LSTAT = 7,
  LC_SFTP_FSETSTAT = 10,
  LC_SFTP_OPENDIR = 11,
  LC_SFTP_READDIR = 12,
  LC_SFTP_REMOVE = 13,
  LC_SFTP_MKDIR = 14,
  LC_SFTP_RMDIR = 15,
  LC_SFTP_REALPATH = 16,
  LC_SFTP_STAT = 17,
  LC_SFTP_RENAME = 18,
  LC_SFTP_STATUS = 101,
  LC_SFTP_HANDLE = 102,
  LC_SFTP_DATA = 103,
  LC_SFTP_NAME = 104,
  LC_SFTP_ATTRS = 105,
  LC_SFTP_EXTENDED = 200,
  LC_SFTP_EXTENDED_REPLY = 201,
} LcSftpType;

/* Of LC_SFTP_OPEN. */
#define LC_SFTP_FLAG_READ   0x01
#define LC_SFTP_FLAG_WRITE  0x02
#define LC_SFTP_FLAG_CREATE 0x08
#define LC_SFTP_FLAG_NEW    0x20 /* it must not exist */

/* A packet that is being made: (transfer full). The length is set by lc_sftp_packet_end(). */
GByteArray *lc_sftp_packet_begin (LcSftpType type, guint32 id);
void lc_sftp_packet_string (GByteArray *self, const char *text);
void lc_sftp_packet_mode (GByteArray *self, guint32 mode); /* attributes: permissions only */
void lc_sftp_packet_end (GByteArray *self);

/* A string of what a server sent. Returns: (transfer full) (nullable): %NULL when there is a NUL in
 * it */
char *lc_sftp_packet_dup_text (LcSshWire *self);

/**
 * LcSftpAttributes:
 * @mode: as in stat(2); 0 when the server did not say
 */
typedef struct
{
  guint64 size;
  guint32 mode;
  gint64 modified_at;
} LcSftpAttributes;

void lc_sftp_packet_read_attributes (LcSshWire *self, LcSftpAttributes *attributes);

G_END_DECLS
