/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SB_SECOND G_GINT64_CONSTANT (1000)
#define SB_MINUTE (60 * SB_SECOND)
#define SB_HOUR   (60 * SB_MINUTE)
#define SB_DAY    (24 * SB_HOUR)

/* Every time in the service is in milliseconds since 1970, from this clock. Tests move it forward
 * to see codes, tokens and quotas run out. */
gint64 sb_now (void);
void sb_clock_advance (gint64 milliseconds);

/* "2026-11-22T13:00:00.1230000Z", the seven digits that the service writes. */
char *sb_format_time (gint64 time);

/* ISO 8601, normalised as the service does: 25 h is "P1DT1H", nothing is "PT0S". */
char *sb_format_duration (gint64 milliseconds);

/* Weeks, days, hours, minutes, seconds; no years and months. At most 9999 h. */
gboolean sb_parse_duration (const char *text, gint64 *milliseconds);

/* @bytes random bytes from the kernel, in base64url without padding. */
char *sb_random_token (gsize bytes);

char *sb_base64url_encode (const guchar *data, gsize length);
guchar *sb_base64url_decode (const char *text, gsize *length);

/* What the database keeps of a token, so that a copied database signs nobody in. */
char *sb_hash_token (const char *token);

/* yescrypt, as the system's own accounts have it. */
char *sb_hash_password (const char *password, GError **error);
gboolean sb_check_password (const char *password, const char *hash);

/* A name that useradd(8) takes and that no part of the system has. */
gboolean sb_check_machine_login (const char *login, GError **error);

/* The rules for the password of a machine; the message of @error tells them. */
gboolean sb_check_machine_password (const char *password, const char *login, GError **error);

/* "Data science with Python" -> "data-science-with-python": at most @max of a-z, 0-9 and "-". */
char *sb_slug (const char *text, gsize max);

G_END_DECLS
