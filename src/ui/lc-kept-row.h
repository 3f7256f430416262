/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * LcKeptRow:
 *
 * A row about something that this computer keeps, with a button that removes it. Signal
 * "remove-clicked".
 */
#define LC_TYPE_KEPT_ROW (lc_kept_row_get_type ())
G_DECLARE_FINAL_TYPE (LcKeptRow, lc_kept_row, LC, KEPT_ROW, AdwPreferencesRow)

/**
 * lc_kept_row_new:
 * @title: what it is
 * @subtitle: (nullable): more of it; may have lines
 * @remove_label: (nullable): what the button does, for its tooltip and for who hears it; %NULL: it
 *   is only looked at, without a button
 */
GtkWidget *lc_kept_row_new (const char *title, const char *subtitle, const char *remove_label);

/* Something to compare or copy, letter by letter. */
void lc_kept_row_set_fingerprint (LcKeptRow *self, const char *fingerprint);

/* Whether any of the texts has @words in it, without case. */
gboolean lc_kept_row_matches (LcKeptRow *self, const char *words);

/* After a list was filled anew: the focus goes to the row at @index or the last one, since the one
 * that had it is gone. Nothing when @index is negative. */
void lc_kept_row_focus_at (GtkListBox *list, int index);

/* The index of the row in which the focus is; -1 when it is elsewhere. */
int lc_kept_row_find_focus (GtkListBox *list);

G_END_DECLS
