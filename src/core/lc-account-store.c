/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-account-store.h"

#include "lc-state-file.h"

struct _LcAccountStore
{
  GObject parent_instance;
  char *path;
  GListStore *accounts;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcAccountStore,
                               lc_account_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static LcAccount *
account_at (LcAccountStore *self, guint position)
{
  g_autoptr (LcAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), position);

  return account;
}

static guint
count_accounts (LcAccountStore *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->accounts));
}

static gboolean
find_position (LcAccountStore *self, const char *id, guint *position)
{
  for (guint i = 0; i < count_accounts (self); i++)
    if (g_str_equal (lc_account_get_id (account_at (self, i)), id))
      {
        *position = i;
        return TRUE;
      }
  return FALSE;
}

static LcAccount *
load_account (GKeyFile *file, const char *group)
{
  g_autofree char *cloud_id = g_key_file_get_string (file, group, "Cloud", NULL);
  g_autofree char *cloud_name = g_key_file_get_string (file, group, "CloudName", NULL);
  g_autofree char *authority = g_key_file_get_string (file, group, "Authority", NULL);
  g_autofree char *resource_manager = g_key_file_get_string (file, group, "ResourceManager", NULL);
  g_autofree char *tenant = g_key_file_get_string (file, group, "Tenant", NULL);
  g_autofree char *object_id = g_key_file_get_string (file, group, "ObjectId", NULL);
  g_autofree char *user_name = g_key_file_get_string (file, group, "UserName", NULL);
  g_autofree char *display_name = g_key_file_get_string (file, group, "DisplayName", NULL);
  g_autoptr (LcCloud) cloud = NULL;
  g_autoptr (GError) error = NULL;

  if (cloud_id == NULL || authority == NULL || resource_manager == NULL || tenant == NULL ||
      object_id == NULL || user_name == NULL)
    return NULL;
  cloud = lc_cloud_new (cloud_id, cloud_name, authority, resource_manager, &error);
  if (cloud == NULL)
    {
      g_message ("An account is left out: %s", error->message);
      return NULL;
    }
  return lc_account_new (cloud, tenant, object_id, user_name, display_name);
}

static void
save_account (GKeyFile *file, LcAccount *account)
{
  g_autofree char *group = lc_state_file_dup_group (lc_account_get_id (account));
  LcCloud *cloud = lc_account_get_cloud (account);

  g_key_file_set_string (file, group, "Cloud", lc_cloud_get_id (cloud));
  g_key_file_set_string (file, group, "CloudName", lc_cloud_get_name (cloud));
  g_key_file_set_string (file, group, "Authority", lc_cloud_get_authority (cloud));
  g_key_file_set_string (file, group, "ResourceManager", lc_cloud_get_resource_manager (cloud));
  g_key_file_set_string (file, group, "Tenant", lc_account_get_tenant (account));
  g_key_file_set_string (file, group, "ObjectId", lc_account_get_object_id (account));
  g_key_file_set_string (file, group, "UserName", lc_account_get_user_name (account));
  g_key_file_set_string (file, group, "DisplayName", lc_account_get_display_name (account));
}

/* Another process of this program may have written since: what it wrote stays. */
static gboolean
write_added (LcAccountStore *self, LcAccount *account, GError **error)
{
  g_autoptr (GKeyFile) file = lc_state_file_load (self->path);

  save_account (file, account);
  return lc_state_file_save (file, self->path, error);
}

static gboolean
write_removed (LcAccountStore *self, const char *id, GError **error)
{
  g_autoptr (GKeyFile) file = lc_state_file_load (self->path);
  g_autofree char *group = lc_state_file_dup_group (id);

  g_key_file_remove_group (file, group, NULL);
  return lc_state_file_save (file, self->path, error);
}

static void
load (LcAccountStore *self)
{
  g_autoptr (GKeyFile) file = lc_state_file_load (self->path);
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  guint position;

  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autoptr (LcAccount) account = load_account (file, groups[i]);

      if (account != NULL && !find_position (self, lc_account_get_id (account), &position))
        g_list_store_append (self->accounts, account);
    }
}

static void
items_changed_cb (GListModel *accounts, guint position, guint removed, guint added, gpointer self)
{
  g_list_model_items_changed (self, position, removed, added);
}

static GType
get_item_type (GListModel *model)
{
  return LC_TYPE_ACCOUNT;
}

static guint
get_n_items (GListModel *model)
{
  return count_accounts (LC_ACCOUNT_STORE (model));
}

static gpointer
get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (LC_ACCOUNT_STORE (model)->accounts), position);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
lc_account_store_finalize (GObject *object)
{
  LcAccountStore *self = LC_ACCOUNT_STORE (object);

  g_clear_object (&self->accounts);
  g_free (self->path);
  G_OBJECT_CLASS (lc_account_store_parent_class)->finalize (object);
}

static void
lc_account_store_class_init (LcAccountStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_account_store_finalize;
}

static void
lc_account_store_init (LcAccountStore *self)
{
  self->accounts = g_list_store_new (LC_TYPE_ACCOUNT);
  g_signal_connect_object (self->accounts, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_DEFAULT);
}

LcAccountStore *
lc_account_store_new (const char *path)
{
  LcAccountStore *self = g_object_new (LC_TYPE_ACCOUNT_STORE, NULL);

  self->path = g_strdup (path);
  load (self);
  return self;
}

gboolean
lc_account_store_add (LcAccountStore *self, LcAccount *account, GError **error)
{
  guint position;

  if (find_position (self, lc_account_get_id (account), &position))
    {
      if (account_at (self, position) != account)
        g_list_store_splice (self->accounts, position, 1, (gpointer *) &account, 1);
    }
  else
    g_list_store_append (self->accounts, account);
  return write_added (self, account, error);
}

gboolean
lc_account_store_remove (LcAccountStore *self, const char *id, GError **error)
{
  g_autofree char *own_id = g_strdup (id); /* it may be the account's own */
  guint position;

  if (!find_position (self, id, &position))
    return TRUE;
  g_list_store_remove (self->accounts, position);
  return write_removed (self, own_id, error);
}

LcAccount *
lc_account_store_find (LcAccountStore *self, const char *id_or_user_name)
{
  LcAccount *found = NULL;
  guint position;

  if (find_position (self, id_or_user_name, &position))
    return account_at (self, position);
  for (guint i = 0; i < count_accounts (self); i++)
    {
      LcAccount *account = account_at (self, i);

      if (g_ascii_strcasecmp (lc_account_get_user_name (account), id_or_user_name) != 0)
        continue;
      if (found != NULL)
        return NULL;
      found = account;
    }
  return found;
}
