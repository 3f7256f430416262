/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LcSshWire:
 * @data: what is left to be read
 * @length: how much that is
 * @bad: something was missing; all that is read afterwards is empty
 *
 * Reads the data types of RFC 4251 section 5 out of bytes that anybody may have made.
 */
typedef struct
{
  const guchar *data;
  gsize length;
  gboolean bad;
} LcSshWire;

#define LC_SSH_WIRE_INIT(bytes, size)                                                              \
  { .data = (const guchar *) (bytes), .length = (size), .bad = FALSE }

guint8 lc_ssh_wire_get_byte (LcSshWire *self);
guint32 lc_ssh_wire_get_uint32 (LcSshWire *self);
guint64 lc_ssh_wire_get_uint64 (LcSshWire *self);

/* Returns: (transfer none): a string's bytes, part of what is read; empty when it is bad */
const guchar *lc_ssh_wire_get_string (LcSshWire *self, gsize *length);

/* Returns: (transfer full): a string, with a NUL behind its end; it may hold others */
char *lc_ssh_wire_dup_string (LcSshWire *self);

/* Writing. @bytes grows. */
void lc_ssh_wire_put_byte (GByteArray *bytes, guint8 value);
void lc_ssh_wire_put_uint32 (GByteArray *bytes, guint32 value);
void lc_ssh_wire_put_uint64 (GByteArray *bytes, guint64 value);
void lc_ssh_wire_put_string (GByteArray *bytes, gconstpointer data, gsize length);

G_END_DECLS
