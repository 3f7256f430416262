/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sb-database.h"
#include "sb-error.h"
#include "sb-model.h"

G_BEGIN_DECLS

/**
 * SbStore:
 *
 * The state of the service, in one SQLite file. Only typed access; the rules are in #SbLabs. Every
 * function that finds one thing fails with SB_ERROR_NOT_FOUND when it is not there; every list is
 * a #GPtrArray that frees its items. Main thread.
 */
typedef struct _SbStore SbStore;

SbStore *sb_store_open (const char *path, GError **error);
void sb_store_close (SbStore *self);
SbDatabase *sb_store_get_database (SbStore *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SbStore, sb_store_close)

/* Small facts about the state itself; %NULL without an error: not set. */
char *sb_store_dup_meta (SbStore *self, const char *key, GError **error);
gboolean sb_store_set_meta (SbStore *self, const char *key, const char *value, GError **error);

/* Identity: sb-store-identity.c */

gboolean sb_store_add_tenant (SbStore *self, const SbTenant *tenant, GError **error);
SbTenant *sb_store_find_tenant (SbStore *self, const char *id_or_domain, GError **error);
gboolean sb_store_add_person (SbStore *self, const SbPerson *person, GError **error);
SbPerson *sb_store_find_person (SbStore *self, const char *id, GError **error);
SbPerson *sb_store_find_person_by_name (SbStore *self, const char *user_name, GError **error);
gboolean sb_store_add_subscription (SbStore *self, const SbSubscription *item, GError **error);
SbSubscription *sb_store_find_subscription (SbStore *self, const char *id, GError **error);
GPtrArray *sb_store_list_subscriptions (SbStore *self, GError **error);
gboolean sb_store_set_role (SbStore *self,
                            const char *person_id,
                            const char *scope,
                            const char *role,
                            GError **error);

/* The strongest role of the person at @scope or above it, "" when there is none. */
char *sb_store_dup_role (SbStore *self, const char *person_id, const char *scope, GError **error);

/* Whether the person has a role anywhere under @scope: makes a subscription visible. */
gboolean sb_store_has_role_under (SbStore *self, const char *person_id, const char *scope);

/* Tokens: sb-store-tokens.c */

/* An authorization code, or a refresh token (which has no redirect_uri, challenge and nonce).
 * Only the hash of it is kept. @family is common to all that came from one sign-in. */
typedef struct
{
  char *client_id;
  char *redirect_uri;
  char *challenge;
  char *scope;
  char *nonce;
  char *person_id;
  char *family;
  gint64 expires;
  gboolean is_used;
} SbGrant;

typedef struct
{
  char *user_code;
  char *client_id;
  char *scope;
  char *status;
  char *person_id;
  gint64 expires;
  gint64 interval;
  gint64 polled;
} SbDeviceCode;

void sb_grant_free (SbGrant *self);
void sb_device_code_free (SbDeviceCode *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SbGrant, sb_grant_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SbDeviceCode, sb_device_code_free)

gboolean
sb_store_add_auth_code (SbStore *self, const char *code, const SbGrant *grant, GError **error);
SbGrant *sb_store_find_auth_code (SbStore *self, const char *code, GError **error);
gboolean sb_store_use_auth_code (SbStore *self, const char *code, GError **error);
gboolean
sb_store_add_refresh_token (SbStore *self, const char *token, const SbGrant *grant, GError **error);
SbGrant *sb_store_find_refresh_token (SbStore *self, const char *token, GError **error);
gboolean sb_store_use_refresh_token (SbStore *self, const char *token, GError **error);
gboolean sb_store_revoke_family (SbStore *self, const char *family, GError **error);
gboolean sb_store_add_device_code (SbStore *self,
                                   const char *code,
                                   const SbDeviceCode *device,
                                   GError **error);
SbDeviceCode *sb_store_find_device_code (SbStore *self, const char *code, GError **error);
SbDeviceCode *sb_store_find_user_code (SbStore *self, const char *user_code, GError **error);
gboolean sb_store_settle_device_code (SbStore *self,
                                      const char *user_code,
                                      const char *status,
                                      const char *person_id,
                                      GError **error);
gboolean
sb_store_poll_device_code (SbStore *self, const char *code, gint64 interval, GError **error);

/* Drops what ran out long ago. */
gboolean sb_store_purge_tokens (SbStore *self, GError **error);

/* Lab accounts, images, labs: sb-store-labs.c. "save" inserts when id is 0 and sets it; lists
 * begin at @offset and have at most @limit items, all when that is -1. */

gboolean sb_store_save_account (SbStore *self, SbAccount *account, GError **error);
gboolean sb_store_remove_account (SbStore *self, gint64 id, GError **error);
SbAccount *sb_store_find_account (SbStore *self,
                                  const char *subscription,
                                  const char *group,
                                  const char *name,
                                  GError **error);
/* @group: (nullable): all of the subscription. */
GPtrArray *
sb_store_list_accounts (SbStore *self, const char *subscription, const char *group, GError **error);
gboolean sb_store_has_group (SbStore *self, const char *subscription, const char *group);

gboolean sb_store_save_image (SbStore *self, gint64 account, SbImage *image, GError **error);
gboolean sb_store_remove_image (SbStore *self, gint64 id, GError **error);
SbImage *sb_store_find_image (SbStore *self, gint64 account, const char *name, GError **error);
GPtrArray *
sb_store_list_images (SbStore *self, gint64 account, gint64 offset, gint64 limit, GError **error);

gboolean sb_store_save_lab (SbStore *self, SbLab *lab, GError **error);
gboolean sb_store_remove_lab (SbStore *self, gint64 id, GError **error);
SbLab *sb_store_find_lab (SbStore *self, gint64 id, GError **error);
SbLab *sb_store_find_lab_by_name (SbStore *self, gint64 account, const char *name, GError **error);
SbLab *sb_store_find_lab_by_code (SbStore *self, const char *code, GError **error);
GPtrArray *
sb_store_list_labs (SbStore *self, gint64 account, gint64 offset, gint64 limit, GError **error);
GPtrArray *sb_store_list_all_labs (SbStore *self, GError **error);

/* Labs in whose roster the person is registered. */
GPtrArray *sb_store_list_labs_of (SbStore *self, const char *user_name, GError **error);

gboolean sb_store_set_favorite (SbStore *self,
                                const char *person_id,
                                const char *account_path,
                                const char *lab_path,
                                gboolean is_favorite,
                                GError **error);
GStrv sb_store_dup_favorites (SbStore *self,
                              const char *person_id,
                              const char *account_path,
                              GError **error);

/* Machines: sb-store-machines.c */

gboolean sb_store_save_machine (SbStore *self, SbMachine *machine, GError **error);
gboolean sb_store_remove_machine (SbStore *self, gint64 id, GError **error);
SbMachine *sb_store_find_machine (SbStore *self, gint64 id, GError **error);
SbMachine *
sb_store_find_machine_by_name (SbStore *self, gint64 lab, const char *name, GError **error);
SbMachine *sb_store_find_machine_by_host (SbStore *self, const char *host_name, GError **error);
SbMachine *sb_store_find_template (SbStore *self, gint64 lab, GError **error);
SbMachine *sb_store_find_free_machine (SbStore *self, gint64 lab, GError **error);

/* Without the template. */
GPtrArray *
sb_store_list_machines (SbStore *self, gint64 lab, gint64 offset, gint64 limit, GError **error);
GPtrArray *sb_store_list_machines_of (SbStore *self, const char *person_id, GError **error);

/* All, templates too, that are not at rest: they run, start or stop. */
GPtrArray *sb_store_list_active_machines (SbStore *self, GError **error);
gint64 sb_store_count_machines (SbStore *self, gint64 lab);

/* Users and operations: sb-store-users.c */

gboolean sb_store_save_user (SbStore *self, SbUser *user, GError **error);
gboolean sb_store_remove_user (SbStore *self, gint64 id, GError **error);
SbUser *sb_store_find_user (SbStore *self, gint64 lab, const char *name, GError **error);
SbUser *sb_store_find_user_by_email (SbStore *self, gint64 lab, const char *email, GError **error);
GPtrArray *
sb_store_list_users (SbStore *self, gint64 lab, gint64 offset, gint64 limit, GError **error);
gint64 sb_store_count_users (SbStore *self, gint64 lab);

gboolean sb_store_add_operation (SbStore *self, const SbOperation *operation, GError **error);
gboolean sb_store_end_operation (SbStore *self,
                                 const char *id,
                                 const char *error_code,
                                 const char *error_message,
                                 GError **error);
SbOperation *sb_store_find_operation (SbStore *self, const char *id, GError **error);

/* The last one on that resource. */
SbOperation *sb_store_find_last_operation (SbStore *self, const char *target, GError **error);

/* Those that were under way when the service died, and publications likewise. */
gboolean sb_store_fail_unfinished (SbStore *self, GError **error);

G_END_DECLS
