/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LcSshJournal:
 *
 * What happened to one connection, a line each with the time of day: for people who look for a
 * fault. English, without secrets; what a server said is made printable. Any thread; the oldest
 * lines go when there are too many.
 */
typedef struct _LcSshJournal LcSshJournal;

LcSshJournal *lc_ssh_journal_new (void);
void lc_ssh_journal_free (LcSshJournal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcSshJournal, lc_ssh_journal_free)

void lc_ssh_journal_add (LcSshJournal *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Returns: (transfer full): "22:41:07.123  Connected to …\n" for each line */
char *lc_ssh_journal_dup_text (LcSshJournal *self);

G_END_DECLS
