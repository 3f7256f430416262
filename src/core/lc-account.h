/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-cloud.h"

G_BEGIN_DECLS

/**
 * LcAccount:
 *
 * Somebody signed in to a cloud. It holds no secret. Main thread.
 *
 * Properties (all readable, bindable): id, cloud, tenant, user-name, display-name, object-id,
 * needs-sign-in.
 */
#define LC_TYPE_ACCOUNT (lc_account_get_type ())
G_DECLARE_FINAL_TYPE (LcAccount, lc_account, LC, ACCOUNT, GObject)

/**
 * lc_account_new:
 * @cloud: where
 * @tenant: the directory, as in tokens' `tid`
 * @object_id: the person in that directory, as in tokens' `oid`
 * @user_name: what they type to sign in, such as "ada@school.example"
 * @display_name: (nullable): their name
 *
 * The account's id is made of cloud, tenant and object id: the same person signing in twice is one
 * account.
 */
LcAccount *lc_account_new (LcCloud *cloud,
                           const char *tenant,
                           const char *object_id,
                           const char *user_name,
                           const char *display_name);
const char *lc_account_get_id (LcAccount *self);
LcCloud *lc_account_get_cloud (LcAccount *self);
const char *lc_account_get_tenant (LcAccount *self);
const char *lc_account_get_object_id (LcAccount *self);
const char *lc_account_get_user_name (LcAccount *self);
const char *lc_account_get_display_name (LcAccount *self); /* user name when there is none */
gboolean lc_account_get_needs_sign_in (LcAccount *self);
void lc_account_set_needs_sign_in (LcAccount *self, gboolean needs_sign_in);

G_END_DECLS
