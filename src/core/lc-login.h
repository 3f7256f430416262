/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-registry.h"

G_BEGIN_DECLS

/**
 * LcLogin:
 *
 * How one gets to log in to one machine, for #LcLauncher: what the keyring knows, what the person
 * answers, what to ask after a refusal, and what to keep once it has worked. Its functions that
 * wait return futures; it must live as long as they do. Main thread.
 */
#define LC_TYPE_LOGIN (lc_login_get_type ())
G_DECLARE_FINAL_TYPE (LcLogin, lc_login, LC, LOGIN, GObject)

LcLogin *lc_login_new (LcRegistry *registry, LcMachine *machine);

/* Whether it can be found before the machine runs: the login is known, and no password has to be
 * set. */
gboolean lc_login_is_ready (LcLogin *self);

/* @credentials: given beforehand */
void lc_login_set_credentials (LcLogin *self, LcCredentials *credentials);

/* Nullable, transfer none: those to try */
LcCredentials *lc_login_get_credentials (LcLogin *self);

/* From the keyring, else from the person; does nothing when there are some already. Resolves to
 * %TRUE. */
DexFuture *lc_login_find (LcLogin *self) G_GNUC_WARN_UNUSED_RESULT;

/* After %LC_ERROR_AUTH_FAILED: asks with the right reason. Resolves to %TRUE, or rejects with
 * @refusal itself when there was a try too many, or another answer would not help. Asks nothing
 * where connecting will. */
DexFuture *lc_login_ask_again (LcLogin *self, const GError *refusal) G_GNUC_WARN_UNUSED_RESULT;

/* Asks for the first password and sets it, until the service takes one. Resolves to %TRUE. */
DexFuture *lc_login_set_first_password (LcLogin *self,
                                        LcOperation *operation) G_GNUC_WARN_UNUSED_RESULT;

/* @key: made for this machine, and known to work. Keeps it in the keyring, and has the machine
 * logged in to with it from now on. Resolves to %TRUE; rejects when the keyring does not take it,
 * and then all is as before. */
DexFuture *lc_login_adopt_key (LcLogin *self, LcSecret *key) G_GNUC_WARN_UNUSED_RESULT;

/* It worked: keeps what is to be kept, and removes what turned out to be wrong. Resolves to %TRUE;
 * what the keyring does not take is only said in the log. */
DexFuture *lc_login_keep (LcLogin *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
