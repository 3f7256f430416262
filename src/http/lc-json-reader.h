/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "lc-secret.h"

G_BEGIN_DECLS

/**
 * LcJsonReader:
 *
 * A place in a JSON document that a service sent, which knows its path. Getters never abort: what
 * is missing or null gives the default; what has another type than expected gives the default too
 * and is remembered, once per document, as "environments[3].name: expected string". A decoder reads
 * all it needs and then asks lc_json_reader_check() once. Reference counted; strings live as long
 * as any reader of the document.
 */
typedef struct _LcJsonReader LcJsonReader;

#define LC_TYPE_JSON_READER (lc_json_reader_get_type ())
GType lc_json_reader_get_type (void);

/* Deeper documents are refused. */
#define LC_JSON_MAX_DEPTH 64

/**
 * lc_json_reader_new:
 * @data: UTF-8 text, not necessarily ended by NUL
 * @error: %LC_ERROR_PROTOCOL: not JSON (RFC 8259), not UTF-8, or too deep; the text is not in the
 *   message
 */
LcJsonReader *lc_json_reader_new (const char *data, gsize length, GError **error);
LcJsonReader *lc_json_reader_ref (LcJsonReader *self);
void lc_json_reader_unref (LcJsonReader *self);

/* The value of a member; a reader of nothing when it is missing. (transfer full) */
LcJsonReader *lc_json_reader_get_member (LcJsonReader *self, const char *name);

/* Number of elements; 0 for nothing, null, and what is no array. */
guint lc_json_reader_get_length (LcJsonReader *self);
LcJsonReader *lc_json_reader_get_element (LcJsonReader *self, guint index); /* transfer full */

/* Whether there is a value here that is not null. */
gboolean lc_json_reader_exists (LcJsonReader *self);

/* Members of the object here. */
const char *lc_json_reader_get_string (LcJsonReader *self, const char *name); /* nullable */
gint64 lc_json_reader_get_int (LcJsonReader *self, const char *name, gint64 fallback);
gboolean lc_json_reader_get_boolean (LcJsonReader *self, const char *name, gboolean fallback);

/* A duration such as "PT1H30M", in seconds. */
gint64 lc_json_reader_get_duration (LcJsonReader *self, const char *name, gint64 fallback);

/* Nullable, transfer full: the string, which is overwritten in the document. */
LcSecret *lc_json_reader_take_secret (LcJsonReader *self, const char *name);

/* As lc_json_reader_get_string(), but what is missing or empty is remembered as an error too, and
 * gives "". */
const char *lc_json_reader_require_string (LcJsonReader *self, const char *name);

/* For decoders: remembers that the member makes no sense. */
void lc_json_reader_complain (LcJsonReader *self, const char *name, const char *expected);

/* Whether the document was as expected so far; else %LC_ERROR_PROTOCOL, whose message has the path
 * but no value. */
gboolean lc_json_reader_check (LcJsonReader *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcJsonReader, lc_json_reader_unref)

G_END_DECLS
