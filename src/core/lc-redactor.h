/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LcRedactor:
 *
 * Takes out of a text who and where somebody is, since people post reports where everybody reads
 * them. Names that were added become "machine-1", "host-2" …, the same one each time, so that the
 * text still makes sense; addresses that nobody added (IP, mail, GUID, host key fingerprints, home
 * folders) and values of fields such as "token=" go too. Names of algorithms
 * ("aes128-gcm@openssh.com") and the loopback stay.
 *
 * It is the last of several lines: secrets do not get into a text in the first place.
 */
typedef struct _LcRedactor LcRedactor;

/* Knows the login, the home folder and the name of this computer already. */
LcRedactor *lc_redactor_new (void);
void lc_redactor_free (LcRedactor *self);

/* @kind: a literal, such as "machine"
 * @name: (nullable): any case; one that is shorter than two characters, or has been added, is not
 *   added */
void lc_redactor_add (LcRedactor *self, const char *kind, const char *name);

/* Returns: (transfer full): the text as it may be shown to anybody */
char *lc_redactor_apply (LcRedactor *self, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcRedactor, lc_redactor_free)

G_END_DECLS
