/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui-world.h"

G_BEGIN_DECLS

#define UI_TYPE_FAKE_PROVIDER (ui_fake_provider_get_type ())
G_DECLARE_FINAL_TYPE (UiFakeProvider, ui_fake_provider, UI, FAKE_PROVIDER, GObject)
LcProvider *ui_fake_provider_new (UiWorld *world, LcAccount *account);

#define UI_TYPE_FAKE_IDENTITY (ui_fake_identity_get_type ())
G_DECLARE_FINAL_TYPE (UiFakeIdentity, ui_fake_identity, UI, FAKE_IDENTITY, GObject)
LcIdentity *ui_fake_identity_new (UiWorld *world);

#define UI_TYPE_FAKE_SECRETS (ui_fake_secrets_get_type ())
G_DECLARE_FINAL_TYPE (UiFakeSecrets, ui_fake_secrets, UI, FAKE_SECRETS, GObject)
LcSecretStore *ui_fake_secrets_new (void);
void ui_fake_secrets_set_state (UiFakeSecrets *self, LcSecretStoreState state);

#define UI_TYPE_FAKE_CONNECTOR (ui_fake_connector_get_type ())
G_DECLARE_FINAL_TYPE (UiFakeConnector, ui_fake_connector, UI, FAKE_CONNECTOR, GObject)
LcConnector *ui_fake_connector_new (const char *id, const char *title, const char *icon_name);

#define UI_TYPE_FAKE_CONNECTION (ui_fake_connection_get_type ())
G_DECLARE_FINAL_TYPE (UiFakeConnection, ui_fake_connection, UI, FAKE_CONNECTION, LcConnection)
LcConnection *ui_fake_connection_new (LcMachine *machine);

G_END_DECLS
