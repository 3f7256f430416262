/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * lc_parse_duration:
 * @text: (nullable): an ISO 8601 duration of weeks, days, hours, minutes and seconds, such as
 *   "P1DT1H" or "PT0.1234567S"; years and months have no fixed length and are refused
 * @seconds: (out): rounded down; at most a hundred years
 *
 * Returns: whether @text was one
 */
gboolean lc_parse_duration (const char *text, gint64 *seconds);

G_END_DECLS
