/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <lc-account-store.h>
#include <lc-identity.h>

G_BEGIN_DECLS

/**
 * LcFakeIdentity:
 *
 * Signs "ada@school.example" in when the test says so, and out at once.
 */
#define LC_TYPE_FAKE_IDENTITY (lc_fake_identity_get_type ())
G_DECLARE_FINAL_TYPE (LcFakeIdentity, lc_fake_identity, LC, FAKE_IDENTITY, GObject)

LcFakeIdentity *lc_fake_identity_new (LcAccountStore *accounts);

/* Nullable, transfer none: the last sign-in that was begun. */
LcSignIn *lc_fake_identity_get_sign_in (LcFakeIdentity *self);

/* As if the person had answered on the page: an account, or (transfer full) an error. */
void lc_fake_identity_answer (LcFakeIdentity *self, GError *error);

G_END_DECLS
