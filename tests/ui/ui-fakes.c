/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui-fakes.h"

#include "lc-error.h"

/* Provider */

struct _UiFakeProvider
{
  GObject parent_instance;

  UiWorld *world;
  LcAccount *account;
};

static void fake_provider_iface_init (LcProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (UiFakeProvider,
                               ui_fake_provider,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_PROVIDER, fake_provider_iface_init))

static const char *
fake_provider_get_id (LcProvider *provider)
{
  return "fake";
}

static LcAccount *
fake_provider_get_account (LcProvider *provider)
{
  return UI_FAKE_PROVIDER (provider)->account;
}

static DexFuture *
answer (UiWorld *world, gpointer object)
{
  if (world->failure != NULL)
    return dex_future_new_for_error (g_error_copy (world->failure));
  if (world->hang)
    return DEX_FUTURE (dex_promise_new ());

  return dex_future_new_take_object (g_object_ref (object));
}

static DexFuture *
fake_provider_list_labs (LcProvider *provider)
{
  UiFakeProvider *self = UI_FAKE_PROVIDER (provider);
  g_autoptr (GListStore) labs = g_list_store_new (LC_TYPE_LAB);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->world->labs));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (LcLab) lab = g_list_model_get_item (G_LIST_MODEL (self->world->labs), i);
      g_autoptr (LcLab) fresh = NULL;

      if (g_strcmp0 (lc_lab_get_account_id (lab), lc_account_get_id (self->account)) != 0)
        continue;
      fresh = lc_lab_new (lc_lab_get_account_id (lab), lc_lab_get_id (lab), lc_lab_get_name (lab));
      lc_lab_update (fresh, lab);
      g_list_store_append (labs, fresh);
    }

  return answer (self->world, labs);
}

static DexFuture *
fake_provider_list_machines (LcProvider *provider, LcLab *lab)
{
  UiFakeProvider *self = UI_FAKE_PROVIDER (provider);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->world->labs));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (LcLab) known = g_list_model_get_item (G_LIST_MODEL (self->world->labs), i);

      if (g_str_equal (lc_lab_get_id (known), lc_lab_get_id (lab)))
        return answer (self->world, lc_lab_get_machines (known));
    }

  return dex_future_new_for_error (lc_error_new (LC_ERROR_NOT_FOUND, "No such lab"));
}

static DexFuture *
fake_provider_get_machine (LcProvider *provider, LcMachine *machine)
{
  return answer (UI_FAKE_PROVIDER (provider)->world, machine);
}

static DexFuture *
fake_provider_set_running (LcProvider *provider, LcMachine *machine, LcMachineState state)
{
  if (UI_FAKE_PROVIDER (provider)->world->failure != NULL)
    return dex_future_new_for_error (g_error_copy (UI_FAKE_PROVIDER (provider)->world->failure));

  lc_machine_set_state (machine, state);
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
fake_provider_start_machine (LcProvider *provider, LcMachine *machine, LcOperation *operation)
{
  return fake_provider_set_running (provider, machine, LC_MACHINE_STATE_RUNNING);
}

static DexFuture *
fake_provider_stop_machine (LcProvider *provider, LcMachine *machine, LcOperation *operation)
{
  return fake_provider_set_running (provider, machine, LC_MACHINE_STATE_STOPPED);
}

static DexFuture *
fake_provider_join_lab (LcProvider *provider, const char *invitation)
{
  UiWorld *world = UI_FAKE_PROVIDER (provider)->world;

  if (!g_str_equal (invitation, "welcome"))
    return dex_future_new_for_error (
        lc_error_new (LC_ERROR_INVALID_INPUT, "No such registration code"));

  ui_world_add_lab (world, "Joined Lab");
  return dex_future_new_for_boolean (TRUE);
}

static void
fake_provider_iface_init (LcProviderInterface *iface)
{
  iface->get_id = fake_provider_get_id;
  iface->get_account = fake_provider_get_account;
  iface->list_labs = fake_provider_list_labs;
  iface->list_machines = fake_provider_list_machines;
  iface->get_machine = fake_provider_get_machine;
  iface->start_machine = fake_provider_start_machine;
  iface->stop_machine = fake_provider_stop_machine;
  iface->join_lab = fake_provider_join_lab;
}

static void
ui_fake_provider_finalize (GObject *object)
{
  g_object_unref (UI_FAKE_PROVIDER (object)->account);

  G_OBJECT_CLASS (ui_fake_provider_parent_class)->finalize (object);
}

static void
ui_fake_provider_class_init (UiFakeProviderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ui_fake_provider_finalize;
}

static void
ui_fake_provider_init (UiFakeProvider *self)
{
}

LcProvider *
ui_fake_provider_new (UiWorld *world, LcAccount *account)
{
  UiFakeProvider *self = g_object_new (UI_TYPE_FAKE_PROVIDER, NULL);

  self->world = world;
  self->account = g_object_ref (account);

  return LC_PROVIDER (self);
}

/* Identity */

struct _UiFakeIdentity
{
  GObject parent_instance;

  UiWorld *world;
};

static void fake_identity_iface_init (LcIdentityInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (UiFakeIdentity,
                               ui_fake_identity,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_IDENTITY, fake_identity_iface_init))

static LcSignIn *
fake_identity_sign_in (LcIdentity *identity,
                       LcCloud *cloud,
                       const char *tenant,
                       LcSignInMethod method,
                       const char *login_hint)
{
  UiWorld *world = UI_FAKE_IDENTITY (identity)->world;

  g_clear_object (&world->sign_in);
  world->sign_in = lc_sign_in_new (method, cloud);

  return g_object_ref (world->sign_in);
}

static DexFuture *
fake_identity_sign_out (LcIdentity *identity, LcAccount *account)
{
  UiWorld *world = UI_FAKE_IDENTITY (identity)->world;
  GError *error = NULL;

  if (!lc_account_store_remove (world->accounts, lc_account_get_id (account), &error))
    return dex_future_new_for_error (error);

  return dex_future_new_for_boolean (TRUE);
}

static void
fake_identity_iface_init (LcIdentityInterface *iface)
{
  iface->sign_in = fake_identity_sign_in;
  iface->sign_out = fake_identity_sign_out;
}

static void
ui_fake_identity_class_init (UiFakeIdentityClass *klass)
{
}

static void
ui_fake_identity_init (UiFakeIdentity *self)
{
}

LcIdentity *
ui_fake_identity_new (UiWorld *world)
{
  UiFakeIdentity *self = g_object_new (UI_TYPE_FAKE_IDENTITY, NULL);

  self->world = world;

  return LC_IDENTITY (self);
}

/* Secrets: it has none, and stores none. */

struct _UiFakeSecrets
{
  GObject parent_instance;

  LcSecretStoreState state;
};

enum
{
  PROP_0,
  PROP_STATE
};

static void fake_secrets_iface_init (LcSecretStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (UiFakeSecrets,
                               ui_fake_secrets,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_SECRET_STORE,
                                                      fake_secrets_iface_init))

static LcSecretStoreState
fake_secrets_get_state (LcSecretStore *store)
{
  return UI_FAKE_SECRETS (store)->state;
}

static DexFuture *
fake_secrets_unlock (LcSecretStore *store)
{
  ui_fake_secrets_set_state (UI_FAKE_SECRETS (store), LC_SECRET_STORE_READY);

  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
fake_secrets_lookup (LcSecretStore *store,
                     LcSecretKind kind,
                     const char *account_id,
                     const char *subject)
{
  return dex_future_new_for_error (lc_error_new (LC_ERROR_NOT_FOUND, "No such secret"));
}

static void
fake_secrets_iface_init (LcSecretStoreInterface *iface)
{
  iface->get_state = fake_secrets_get_state;
  iface->unlock = fake_secrets_unlock;
  iface->lookup = fake_secrets_lookup;
}

static void
ui_fake_secrets_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  g_value_set_enum (value, UI_FAKE_SECRETS (object)->state);
}

static void
ui_fake_secrets_class_init (UiFakeSecretsClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = ui_fake_secrets_get_property;
  g_object_class_override_property (G_OBJECT_CLASS (klass), PROP_STATE, "state");
}

static void
ui_fake_secrets_init (UiFakeSecrets *self)
{
}

LcSecretStore *
ui_fake_secrets_new (void)
{
  return g_object_new (UI_TYPE_FAKE_SECRETS, NULL);
}

void
ui_fake_secrets_set_state (UiFakeSecrets *self, LcSecretStoreState state)
{
  self->state = state;
  g_object_notify (G_OBJECT (self), "state");
}

/* Connector */

struct _UiFakeConnector
{
  GObject parent_instance;

  char *id;
  char *title;
  char *icon_name;
};

static void fake_connector_iface_init (LcConnectorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (UiFakeConnector,
                               ui_fake_connector,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_CONNECTOR, fake_connector_iface_init))

static const char *
fake_connector_get_id (LcConnector *connector)
{
  return UI_FAKE_CONNECTOR (connector)->id;
}

static const char *
fake_connector_get_title (LcConnector *connector)
{
  return UI_FAKE_CONNECTOR (connector)->title;
}

static const char *
fake_connector_get_icon_name (LcConnector *connector)
{
  return UI_FAKE_CONNECTOR (connector)->icon_name;
}

static gboolean
fake_connector_supports (LcConnector *connector, LcMachine *machine)
{
  return lc_machine_get_system (machine) == LC_MACHINE_SYSTEM_LINUX;
}

static void
fake_connector_announce_steps (LcConnector *connector, LcOperation *operation)
{
  lc_operation_add_step (operation, "open", "Open it");
}

static DexFuture *
fake_connector_open (LcConnector *connector,
                     LcMachine *machine,
                     LcCredentials *credentials,
                     LcOperation *operation)
{
  return dex_future_new_take_object (ui_fake_connection_new (machine));
}

static void
fake_connector_iface_init (LcConnectorInterface *iface)
{
  iface->get_id = fake_connector_get_id;
  iface->get_title = fake_connector_get_title;
  iface->get_icon_name = fake_connector_get_icon_name;
  iface->supports = fake_connector_supports;
  iface->announce_steps = fake_connector_announce_steps;
  iface->open = fake_connector_open;
}

static void
ui_fake_connector_finalize (GObject *object)
{
  UiFakeConnector *self = UI_FAKE_CONNECTOR (object);

  g_free (self->id);
  g_free (self->title);
  g_free (self->icon_name);

  G_OBJECT_CLASS (ui_fake_connector_parent_class)->finalize (object);
}

static void
ui_fake_connector_class_init (UiFakeConnectorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ui_fake_connector_finalize;
}

static void
ui_fake_connector_init (UiFakeConnector *self)
{
}

LcConnector *
ui_fake_connector_new (const char *id, const char *title, const char *icon_name)
{
  UiFakeConnector *self = g_object_new (UI_TYPE_FAKE_CONNECTOR, NULL);

  self->id = g_strdup (id);
  self->title = g_strdup (title);
  self->icon_name = g_strdup (icon_name);

  return LC_CONNECTOR (self);
}

/* Connection */

struct _UiFakeConnection
{
  LcConnection parent_instance;
};

G_DEFINE_FINAL_TYPE (UiFakeConnection, ui_fake_connection, LC_TYPE_CONNECTION)

static DexFuture *
ui_fake_connection_close (LcConnection *connection)
{
  lc_connection_set_closed (connection, NULL);

  return dex_future_new_for_boolean (TRUE);
}

static LcSecret *
ui_fake_connection_dup_uri (LcConnection *connection)
{
  return lc_secret_new ("http://127.0.0.1:45871/tree?token=example");
}

static DexFuture *
ui_fake_connection_show (LcConnection *connection)
{
  return dex_future_new_for_boolean (TRUE);
}

static void
ui_fake_connection_class_init (UiFakeConnectionClass *klass)
{
  LcConnectionClass *connection_class = LC_CONNECTION_CLASS (klass);

  connection_class->close = ui_fake_connection_close;
  connection_class->dup_uri = ui_fake_connection_dup_uri;
  connection_class->show = ui_fake_connection_show;
}

static void
ui_fake_connection_init (UiFakeConnection *self)
{
}

LcConnection *
ui_fake_connection_new (LcMachine *machine)
{
  LcConnection *self = g_object_new (UI_TYPE_FAKE_CONNECTION, "machine", machine, "connector-id",
                                     "notebook", "title", "Notebook", NULL);

  lc_connection_set_local_address (self, "127.0.0.1:45871");
  lc_connection_set_bytes (self, 1234567, 45678);
  lc_connection_set_state (self, LC_CONNECTION_OPEN, NULL);

  return self;
}
