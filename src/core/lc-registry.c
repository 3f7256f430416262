/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-registry.h"

typedef struct
{
  LcProviderFactory make;
  gpointer user_data;
  GDestroyNotify destroy;
} Factory;

struct _LcRegistry
{
  GObject parent_instance;
  LcAccountStore *accounts;
  LcProfileStore *profiles;
  LcSecretStore *secrets;
  LcIdentity *identity;
  LcPrompt *prompt;
  LcKeys *keys;              /* nullable */
  LcHostKeyStore *host_keys; /* nullable */
  GPtrArray *factories;
  GListStore *providers; /* account by account, in each as many as there are factories */
  GListStore *connectors;
  GListStore *connections;
};

G_DEFINE_FINAL_TYPE (LcRegistry, lc_registry, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ACCOUNTS,
  PROP_IDENTITY,
  PROP_SECRETS,
  PROP_PROMPT,
  PROP_PROFILES,
  PROP_PROVIDERS,
  PROP_CONNECTORS,
  PROP_CONNECTIONS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
factory_free (gpointer data)
{
  Factory *factory = data;

  if (factory->destroy != NULL)
    factory->destroy (factory->user_data);
  g_free (factory);
}

static gboolean
is_about (LcConnection *connection, LcMachine *machine, const char *connector_id)
{
  LcMachine *its = lc_connection_get_machine (connection);

  return g_str_equal (lc_connection_get_connector_id (connection), connector_id) &&
         g_ascii_strcasecmp (lc_machine_get_id (its), lc_machine_get_id (machine)) == 0 &&
         g_str_equal (lc_machine_get_account_id (its), lc_machine_get_account_id (machine));
}

static LcConnection *
connection_at (LcRegistry *self, guint position)
{
  g_autoptr (LcConnection) connection =
      g_list_model_get_item (G_LIST_MODEL (self->connections), position);

  return connection;
}

static guint
count_connections (LcRegistry *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->connections));
}

static void
accounts_changed_cb (GListModel *accounts,
                     guint position,
                     guint removed,
                     guint added,
                     gpointer user_data)
{
  LcRegistry *self = user_data;
  guint n_factories = self->factories->len;
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (LcAccount) account = g_list_model_get_item (accounts, i);

      for (guint j = 0; j < n_factories; j++)
        {
          Factory *factory = self->factories->pdata[j];

          g_ptr_array_add (fresh, factory->make (account, factory->user_data));
        }
    }
  g_list_store_splice (self->providers, position * n_factories, removed * n_factories, fresh->pdata,
                       fresh->len);
}

static void
connection_state_cb (LcConnection *connection, GParamSpec *pspec, LcRegistry *self)
{
  /* One that failed stays, so that its error can be read. */
  if (lc_connection_get_state (connection) == LC_CONNECTION_CLOSED &&
      lc_connection_get_error (connection) == NULL)
    lc_registry_forget_connection (self, connection);
}

static DexFuture *
closed_cb (DexFuture *completed, gpointer user_data)
{
  return dex_future_new_for_boolean (TRUE);
}

static void
lc_registry_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LcRegistry *self = LC_REGISTRY (object);

  switch (id)
    {
    case PROP_ACCOUNTS:
      g_value_set_object (value, self->accounts);
      break;
    case PROP_IDENTITY:
      g_value_set_object (value, self->identity);
      break;
    case PROP_SECRETS:
      g_value_set_object (value, self->secrets);
      break;
    case PROP_PROMPT:
      g_value_set_object (value, self->prompt);
      break;
    case PROP_PROFILES:
      g_value_set_object (value, self->profiles);
      break;
    case PROP_PROVIDERS:
      g_value_set_object (value, self->providers);
      break;
    case PROP_CONNECTORS:
      g_value_set_object (value, self->connectors);
      break;
    case PROP_CONNECTIONS:
      g_value_set_object (value, self->connections);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
lc_registry_dispose (GObject *object)
{
  LcRegistry *self = LC_REGISTRY (object);

  for (guint i = 0; i < count_connections (self); i++)
    g_signal_handlers_disconnect_by_data (connection_at (self, i), self);
  g_list_store_remove_all (self->connections);
  g_list_store_remove_all (self->providers);
  g_list_store_remove_all (self->connectors);
  G_OBJECT_CLASS (lc_registry_parent_class)->dispose (object);
}

static void
lc_registry_finalize (GObject *object)
{
  LcRegistry *self = LC_REGISTRY (object);

  g_clear_object (&self->accounts);
  g_clear_object (&self->profiles);
  g_clear_object (&self->secrets);
  g_clear_object (&self->identity);
  g_clear_object (&self->prompt);
  g_clear_object (&self->keys);
  g_clear_object (&self->host_keys);
  g_clear_object (&self->providers);
  g_clear_object (&self->connectors);
  g_clear_object (&self->connections);
  g_clear_pointer (&self->factories, g_ptr_array_unref);
  G_OBJECT_CLASS (lc_registry_parent_class)->finalize (object);
}

static void
lc_registry_class_init (LcRegistryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = lc_registry_get_property;
  object_class->dispose = lc_registry_dispose;
  object_class->finalize = lc_registry_finalize;
  properties[PROP_ACCOUNTS] =
      g_param_spec_object ("accounts", NULL, NULL, LC_TYPE_ACCOUNT_STORE, flags);
  properties[PROP_IDENTITY] = g_param_spec_object ("identity", NULL, NULL, LC_TYPE_IDENTITY, flags);
  properties[PROP_SECRETS] =
      g_param_spec_object ("secrets", NULL, NULL, LC_TYPE_SECRET_STORE, flags);
  properties[PROP_PROMPT] = g_param_spec_object ("prompt", NULL, NULL, LC_TYPE_PROMPT, flags);
  properties[PROP_PROFILES] =
      g_param_spec_object ("profiles", NULL, NULL, LC_TYPE_PROFILE_STORE, flags);
  properties[PROP_PROVIDERS] =
      g_param_spec_object ("providers", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_CONNECTORS] =
      g_param_spec_object ("connectors", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_CONNECTIONS] =
      g_param_spec_object ("connections", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lc_registry_init (LcRegistry *self)
{
  self->factories = g_ptr_array_new_with_free_func (factory_free);
  self->providers = g_list_store_new (LC_TYPE_PROVIDER);
  self->connectors = g_list_store_new (LC_TYPE_CONNECTOR);
  self->connections = g_list_store_new (LC_TYPE_CONNECTION);
}

LcRegistry *
lc_registry_new (LcAccountStore *accounts,
                 LcProfileStore *profiles,
                 LcSecretStore *secrets,
                 LcIdentity *identity,
                 LcPrompt *prompt)
{
  LcRegistry *self = g_object_new (LC_TYPE_REGISTRY, NULL);

  self->accounts = g_object_ref (accounts);
  self->profiles = g_object_ref (profiles);
  self->secrets = g_object_ref (secrets);
  self->identity = g_object_ref (identity);
  self->prompt = g_object_ref (prompt);
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (accounts_changed_cb), self,
                           G_CONNECT_DEFAULT);
  return self;
}

void
lc_registry_add_provider_factory (LcRegistry *self,
                                  LcProviderFactory factory,
                                  gpointer user_data,
                                  GDestroyNotify destroy)
{
  Factory *added = g_new0 (Factory, 1);
  guint n_accounts = g_list_model_get_n_items (G_LIST_MODEL (self->accounts));

  added->make = factory;
  added->user_data = user_data;
  added->destroy = destroy;
  g_ptr_array_add (self->factories, added);
  for (guint i = 0; i < n_accounts; i++)
    {
      g_autoptr (LcAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);
      g_autoptr (LcProvider) provider = factory (account, user_data);

      g_list_store_insert (self->providers, (i + 1) * self->factories->len - 1, provider);
    }
}

void
lc_registry_add_connector (LcRegistry *self, LcConnector *connector)
{
  g_list_store_append (self->connectors, connector);
}

void
lc_registry_set_host_keys (LcRegistry *self, LcHostKeyStore *host_keys)
{
  g_set_object (&self->host_keys, host_keys);
}

LcHostKeyStore *
lc_registry_get_host_keys (LcRegistry *self)
{
  return self->host_keys;
}

LcAccountStore *
lc_registry_get_accounts (LcRegistry *self)
{
  return self->accounts;
}

LcProfileStore *
lc_registry_get_profiles (LcRegistry *self)
{
  return self->profiles;
}

LcSecretStore *
lc_registry_get_secrets (LcRegistry *self)
{
  return self->secrets;
}

LcIdentity *
lc_registry_get_identity (LcRegistry *self)
{
  return self->identity;
}

LcPrompt *
lc_registry_get_prompt (LcRegistry *self)
{
  return self->prompt;
}

void
lc_registry_set_keys (LcRegistry *self, LcKeys *keys)
{
  g_set_object (&self->keys, keys);
}

LcKeys *
lc_registry_get_keys (LcRegistry *self)
{
  return self->keys;
}

GListModel *
lc_registry_get_providers (LcRegistry *self)
{
  return G_LIST_MODEL (self->providers);
}

GListModel *
lc_registry_get_connectors (LcRegistry *self)
{
  return G_LIST_MODEL (self->connectors);
}

GListModel *
lc_registry_get_connections (LcRegistry *self)
{
  return G_LIST_MODEL (self->connections);
}

LcConnector *
lc_registry_find_connector (LcRegistry *self, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->connectors)); i++)
    {
      g_autoptr (LcConnector) connector =
          g_list_model_get_item (G_LIST_MODEL (self->connectors), i);

      if (g_str_equal (lc_connector_get_id (connector), id))
        return connector;
    }
  return NULL;
}

LcProvider *
lc_registry_find_provider (LcRegistry *self, LcMachine *machine)
{
  const char *id = lc_machine_get_provider_id (machine);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->providers)); i++)
    {
      g_autoptr (LcProvider) provider = g_list_model_get_item (G_LIST_MODEL (self->providers), i);
      LcAccount *account = lc_provider_get_account (provider);

      if (g_str_equal (lc_account_get_id (account), lc_machine_get_account_id (machine)) &&
          (id == NULL || g_str_equal (lc_provider_get_id (provider), id)))
        return provider;
    }
  return NULL;
}

LcConnection *
lc_registry_find_connection (LcRegistry *self, LcMachine *machine, const char *connector_id)
{
  for (guint i = 0; i < count_connections (self); i++)
    {
      LcConnection *connection = connection_at (self, i);

      if (lc_connection_get_state (connection) != LC_CONNECTION_CLOSED &&
          is_about (connection, machine, connector_id))
        return connection;
    }
  return NULL;
}

void
lc_registry_add_connection (LcRegistry *self, LcConnection *connection)
{
  /* What failed before of the same kind has been read, or does not matter any more. */
  for (guint i = count_connections (self); i-- > 0;)
    {
      LcConnection *other = connection_at (self, i);

      if (lc_connection_get_state (other) == LC_CONNECTION_CLOSED &&
          is_about (other, lc_connection_get_machine (connection),
                    lc_connection_get_connector_id (connection)))
        lc_registry_forget_connection (self, other);
    }
  g_list_store_append (self->connections, connection);
  g_signal_connect (connection, "notify::state", G_CALLBACK (connection_state_cb), self);
  connection_state_cb (connection, NULL, self);
}

void
lc_registry_forget_connection (LcRegistry *self, LcConnection *connection)
{
  guint position;

  if (!g_list_store_find (self->connections, connection, &position))
    return;

  g_signal_handlers_disconnect_by_data (connection, self);
  g_list_store_remove (self->connections, position);
}

DexFuture *
lc_registry_close_all (LcRegistry *self)
{
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);
  g_autoptr (GPtrArray) connections = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < count_connections (self); i++)
    g_ptr_array_add (connections, g_object_ref (connection_at (self, i)));
  for (guint i = 0; i < connections->len; i++)
    g_ptr_array_add (futures, lc_connection_close (connections->pdata[i]));
  if (futures->len == 0)
    return dex_future_new_for_boolean (TRUE);
  return dex_future_finally (dex_future_allv ((DexFuture *const *) futures->pdata, futures->len),
                             closed_cb, NULL, NULL);
}
