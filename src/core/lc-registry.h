/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-account-store.h"
#include "lc-connector.h"
#include "lc-host-key-store.h"
#include "lc-identity.h"
#include "lc-keys.h"
#include "lc-profile-store.h"
#include "lc-prompt.h"
#include "lc-provider.h"
#include "lc-secret-store.h"

G_BEGIN_DECLS

/**
 * LcRegistry:
 *
 * What a composition root (app, cli, test) has put together: the one object that the user interface
 * is given. Main thread.
 *
 * Properties: accounts (#LcAccountStore), identity, secrets, prompt, profiles, providers
 * (#GListModel of #LcProvider, one or more per account, following the account store), connectors
 * (#GListModel of #LcConnector), connections (#GListModel of #LcConnection, closed ones leave it
 * unless they failed).
 */
#define LC_TYPE_REGISTRY (lc_registry_get_type ())
G_DECLARE_FINAL_TYPE (LcRegistry, lc_registry, LC, REGISTRY, GObject)

/* Returns: (transfer full): a provider for the account. */
typedef LcProvider *(*LcProviderFactory) (LcAccount *account, gpointer user_data);

LcRegistry *lc_registry_new (LcAccountStore *accounts,
                             LcProfileStore *profiles,
                             LcSecretStore *secrets,
                             LcIdentity *identity,
                             LcPrompt *prompt);

void lc_registry_add_provider_factory (LcRegistry *self,
                                       LcProviderFactory factory,
                                       gpointer user_data,
                                       GDestroyNotify destroy);
void lc_registry_add_connector (LcRegistry *self, LcConnector *connector);

/* Where trusted host keys are; none until it is set. */
void lc_registry_set_host_keys (LcRegistry *self, LcHostKeyStore *host_keys);
LcHostKeyStore *lc_registry_get_host_keys (LcRegistry *self); /* nullable */

LcAccountStore *lc_registry_get_accounts (LcRegistry *self);
LcProfileStore *lc_registry_get_profiles (LcRegistry *self);
LcSecretStore *lc_registry_get_secrets (LcRegistry *self);
LcIdentity *lc_registry_get_identity (LcRegistry *self);
LcPrompt *lc_registry_get_prompt (LcRegistry *self);

/* The person's keys; nullable, transfer none. */
void lc_registry_set_keys (LcRegistry *self, LcKeys *keys);
LcKeys *lc_registry_get_keys (LcRegistry *self);
GListModel *lc_registry_get_providers (LcRegistry *self);
GListModel *lc_registry_get_connectors (LcRegistry *self);
GListModel *lc_registry_get_connections (LcRegistry *self);

LcConnector *lc_registry_find_connector (LcRegistry *self,
                                         const char *id); /* nullable, transfer none */

/* The provider that the lab or machine came from. Nullable, transfer none. */
LcProvider *lc_registry_find_provider (LcRegistry *self, LcMachine *machine);

/* An open connection of that kind to that machine. Nullable, transfer none. */
LcConnection *
lc_registry_find_connection (LcRegistry *self, LcMachine *machine, const char *connector_id);

/* Keeps it in the list of connections until it closes. */
void lc_registry_add_connection (LcRegistry *self, LcConnection *connection);
void lc_registry_forget_connection (LcRegistry *self, LcConnection *connection);

/* Ends all connections. Resolves to %TRUE. */
DexFuture *lc_registry_close_all (LcRegistry *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
