/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-composition.h"

#include <errno.h>
#include <sys/resource.h>

#include "lc-dirs.h"
#include "lc-entra-identity.h"
#include "lc-keyring.h"
#include "lc-lab-services-provider.h"
#include "lc-notebook-connector.h"
#include "lc-ssh-keys.h"

struct _LcComposition
{
  GObject parent_instance;

  LcRegistry *registry;
  LcCatalog *catalog;
  LcLauncher *launcher;
  LcSshPool *pool;
};

G_DEFINE_FINAL_TYPE (LcComposition, lc_composition, G_TYPE_OBJECT)

static LcProvider *
make_lab_services (LcAccount *account, gpointer user_data)
{
  LcEntraIdentity *identity = user_data;

  return LC_PROVIDER (
      lc_lab_services_provider_new (account, lc_entra_identity_get_authorizer (identity, account)));
}

/* A crash leaves no tokens and passwords in a file. The hard limit stays, for those who debug; who
 * collects crashes from the kernel goes by the soft one too (core(5), coredump.conf(5)). */
static void
forbid_core_dumps (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_CORE, &limit) != 0)
    return;
  limit.rlim_cur = 0;
  if (setrlimit (RLIMIT_CORE, &limit) != 0)
    g_message ("A crash may leave a core dump: %s", g_strerror (errno));
}

/* A lost connection is made again for an hour in which this computer is awake: a lunch break, a
 * lecture in another room. */
#define RECONNECT_MS (60 * 60 * 1000)

static LcSshTimes
ssh_times (LcSettings *settings)
{
  LcSshTimes times = LC_SSH_TIMES_DEFAULT;

  times.dead_ms = lc_settings_get_silence_limit (settings) * 1000;
  times.idle_ms = MIN (times.idle_ms, times.dead_ms / 2);
  times.unused_ms = lc_settings_get_unused_limit (settings) * 60 * 1000;
  times.reconnect_ms = RECONNECT_MS;
  return times;
}

static void
settings_changed_cb (LcComposition *self)
{
  LcSshTimes times = ssh_times (lc_settings_get_default ());

  lc_ssh_pool_set_times (self->pool, &times);
}

static void
lc_composition_dispose (GObject *object)
{
  LcComposition *self = LC_COMPOSITION (object);

  g_clear_object (&self->launcher);
  g_clear_object (&self->catalog);
  g_clear_object (&self->registry);
  g_clear_object (&self->pool);

  G_OBJECT_CLASS (lc_composition_parent_class)->dispose (object);
}

static void
lc_composition_class_init (LcCompositionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lc_composition_dispose;
}

static void
lc_composition_init (LcComposition *self)
{
}

LcComposition *
lc_composition_new (LcPrompt *prompt)
{
  LcComposition *self = g_object_new (LC_TYPE_COMPOSITION, NULL);
  g_autofree char *accounts_path = lc_dirs_data_file ("accounts.ini");
  g_autofree char *profiles_path = lc_dirs_data_file ("profiles.ini");
  g_autofree char *known_hosts_path = lc_dirs_data_file ("known_hosts");
  g_autofree char *catalog_path = lc_dirs_cache_file ("catalog.gvariant");
  g_autoptr (LcAccountStore) accounts = lc_account_store_new (accounts_path);
  g_autoptr (LcProfileStore) profiles = lc_profile_store_new (profiles_path);
  g_autoptr (LcKnownHosts) known_hosts = lc_known_hosts_new (known_hosts_path);
  g_auto (GStrv) openssh_files = lc_openssh_hosts_dup_default_files ();
  g_autoptr (LcSecretStore) secrets = lc_keyring_new ();
  g_autoptr (LcEntraIdentity) identity =
      lc_entra_identity_new (accounts, secrets, lc_settings_get_default ());
  g_autofree char *key_folder = g_build_filename (g_get_home_dir (), ".ssh", NULL);
  g_autoptr (LcConnector) notebook = NULL;
  g_autoptr (LcKeys) keys = NULL;

  forbid_core_dumps ();
  lc_known_hosts_set_openssh_files (known_hosts, (const char *const *) openssh_files);
  self->pool = lc_ssh_pool_new (known_hosts, profiles, prompt);
  keys = lc_ssh_keys_new (self->pool, key_folder);
  if (lc_settings_get_gsettings (lc_settings_get_default ()) != NULL)
    g_signal_connect_object (lc_settings_get_gsettings (lc_settings_get_default ()), "changed",
                             G_CALLBACK (settings_changed_cb), self, G_CONNECT_SWAPPED);
  settings_changed_cb (self);
  self->registry = lc_registry_new (accounts, profiles, secrets, LC_IDENTITY (identity), prompt);
  lc_ssh_pool_set_registry (self->pool, self->registry);
  lc_registry_set_keys (self->registry, keys);
  lc_registry_set_host_keys (self->registry, LC_HOST_KEY_STORE (known_hosts));
  lc_registry_add_provider_factory (self->registry, make_lab_services, g_object_ref (identity),
                                    g_object_unref);

  notebook = lc_notebook_connector_new (self->pool, profiles, prompt);
  lc_registry_add_connector (self->registry, notebook);

  self->catalog = lc_catalog_new (self->registry, catalog_path);
  self->launcher = lc_launcher_new (self->registry, self->catalog);
  return self;
}

LcRegistry *
lc_composition_get_registry (LcComposition *self)
{
  g_return_val_if_fail (LC_IS_COMPOSITION (self), NULL);

  return self->registry;
}

LcCatalog *
lc_composition_get_catalog (LcComposition *self)
{
  g_return_val_if_fail (LC_IS_COMPOSITION (self), NULL);

  return self->catalog;
}

LcLauncher *
lc_composition_get_launcher (LcComposition *self)
{
  g_return_val_if_fail (LC_IS_COMPOSITION (self), NULL);

  return self->launcher;
}

LcSshPool *
lc_composition_get_ssh_pool (LcComposition *self)
{
  g_return_val_if_fail (LC_IS_COMPOSITION (self), NULL);

  return self->pool;
}
