/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * LcChallenge:
 *
 * What a machine wants to know before it lets somebody in: one or several questions at once, such
 * as a one-time code (RFC 4256). Its texts are the machine's own words, made printable. Reference
 * counted; not changed any more once it is asked. Any thread.
 */
typedef struct _LcChallenge LcChallenge;

#define LC_TYPE_CHALLENGE (lc_challenge_get_type ())
GType lc_challenge_get_type (void);

/* @name: (nullable); @instruction: (nullable): what the machine says of its questions, as sent */
LcChallenge *lc_challenge_new (const char *name, const char *instruction);

/* @text: the question, as sent; @echo: whether the answer may be seen while it is typed */
void lc_challenge_add (LcChallenge *self, const char *text, gboolean echo);

LcChallenge *lc_challenge_ref (LcChallenge *self);
void lc_challenge_unref (LcChallenge *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcChallenge, lc_challenge_unref)

const char *lc_challenge_get_name (LcChallenge *self);        /* nullable, never empty */
const char *lc_challenge_get_instruction (LcChallenge *self); /* nullable, never empty */
guint lc_challenge_get_n_questions (LcChallenge *self);

/* Without the colon at its end. Empty when the machine sent none. */
const char *lc_challenge_get_text (LcChallenge *self, guint index);
gboolean lc_challenge_get_echo (LcChallenge *self, guint index);

G_END_DECLS
