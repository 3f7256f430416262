/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-catalog-cache.h"

/* A lab: kind of service, account, id, name, description, whether its machines are known, these. */
#define VERSION            1
#define MACHINE_TYPE       "(ssuuumsqmsqmsxxbbms)"
#define LAB_TYPE           "(mssssmsba" MACHINE_TYPE ")"
#define CACHE_TYPE         "(ua" LAB_TYPE ")"

#define SAVE_DELAY_SECONDS 5

struct _LcCatalogCache
{
  char *path;
  GBytes *saved; /* what the file holds, as far as this program knows */
  GListModel *labs;
  guint timer;
};

static GVariant *
pack_machine (LcMachine *machine)
{
  return g_variant_new (MACHINE_TYPE, lc_machine_get_id (machine), lc_machine_get_name (machine),
                        lc_machine_get_state (machine), lc_machine_get_system (machine),
                        lc_machine_get_actions (machine), lc_machine_get_host (machine),
                        lc_machine_get_ssh_port (machine), lc_machine_get_rdp_host (machine),
                        lc_machine_get_rdp_port (machine), lc_machine_get_login (machine),
                        lc_machine_get_usage (machine), lc_machine_get_quota (machine),
                        lc_machine_get_password_required (machine),
                        lc_machine_get_is_template (machine), lc_machine_get_claimed_by (machine));
}

static GVariant *
pack_lab (LcLab *lab)
{
  GListModel *machines = lc_lab_get_machines (lab);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a" MACHINE_TYPE));
  for (guint i = 0; i < g_list_model_get_n_items (machines); i++)
    {
      g_autoptr (LcMachine) machine = g_list_model_get_item (machines, i);

      g_variant_builder_add_value (&builder, pack_machine (machine));
    }
  return g_variant_new (LAB_TYPE, lc_lab_get_provider_id (lab), lc_lab_get_account_id (lab),
                        lc_lab_get_id (lab), lc_lab_get_name (lab), lc_lab_get_description (lab),
                        lc_lab_get_loaded (lab), &builder);
}

static LcMachine *
unpack_machine (GVariant *value, LcLab *lab)
{
  const char *id, *name, *host, *rdp_host, *login, *claimed_by;
  guint32 state, system, actions;
  guint16 ssh_port, rdp_port;
  gint64 usage, quota;
  gboolean password_required, is_template;
  LcMachine *machine;

  g_variant_get (value, "(&s&suuum&sqm&sqm&sxxbbm&s)", &id, &name, &state, &system, &actions, &host,
                 &ssh_port, &rdp_host, &rdp_port, &login, &usage, &quota, &password_required,
                 &is_template, &claimed_by);
  machine = lc_machine_new (lc_lab_get_account_id (lab), lc_lab_get_id (lab), id, name);
  lc_machine_set_provider_id (machine, lc_lab_get_provider_id (lab));
  lc_machine_set_state (machine,
                        state <= LC_MACHINE_STATE_DELETING ? state : LC_MACHINE_STATE_UNKNOWN);
  lc_machine_set_system (machine,
                         system <= LC_MACHINE_SYSTEM_WINDOWS ? system : LC_MACHINE_SYSTEM_UNKNOWN);
  lc_machine_set_actions (machine, actions);
  lc_machine_set_ssh (machine, host, ssh_port);
  lc_machine_set_rdp (machine, rdp_host, rdp_port);
  lc_machine_set_login (machine, login);
  lc_machine_set_usage (machine, usage, quota);
  lc_machine_set_password_required (machine, password_required);
  lc_machine_set_is_template (machine, is_template);
  lc_machine_set_claimed_by (machine, claimed_by);
  lc_machine_set_stale (machine, TRUE);
  return machine;
}

static LcLab *
unpack_lab (GVariant *value)
{
  const char *provider_id, *account_id, *id, *name, *description;
  gboolean loaded;
  g_autoptr (GVariant) packed = NULL;
  g_autoptr (GListStore) machines = g_list_store_new (LC_TYPE_MACHINE);
  LcLab *lab;

  g_variant_get (value, "(m&s&s&s&sm&sb@a" MACHINE_TYPE ")", &provider_id, &account_id, &id, &name,
                 &description, &loaded, &packed);
  lab = lc_lab_new (account_id, id, name);
  lc_lab_set_provider_id (lab, provider_id);
  lc_lab_set_description (lab, description);
  lc_lab_set_stale (lab, TRUE);
  for (gsize i = 0; i < g_variant_n_children (packed); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (packed, i);
      g_autoptr (LcMachine) machine = unpack_machine (child, lab);

      g_list_store_append (machines, machine);
    }
  if (loaded)
    lc_lab_set_machines (lab, G_LIST_MODEL (machines));
  return lab;
}

static void
save (LcCatalogCache *self)
{
  g_autoptr (GBytes) bytes = lc_catalog_cache_pack (self->labs);
  g_autoptr (GError) error = NULL;

  if (self->saved != NULL && g_bytes_equal (bytes, self->saved))
    return;
  if (!g_file_set_contents_full (self->path, g_bytes_get_data (bytes, NULL),
                                 g_bytes_get_size (bytes), G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                 &error))
    {
      g_message ("The last-known list is not kept: %s", error->message);
      return;
    }
  g_clear_pointer (&self->saved, g_bytes_unref);
  self->saved = g_steal_pointer (&bytes);
}

static void
save_cb (gpointer user_data)
{
  LcCatalogCache *self = user_data;

  self->timer = 0;
  save (self);
}

LcCatalogCache *
lc_catalog_cache_open (const char *path)
{
  LcCatalogCache *self = g_new0 (LcCatalogCache, 1);

  self->path = g_strdup (path);
  return self;
}

void
lc_catalog_cache_close (LcCatalogCache *self)
{
  if (self->timer != 0)
    save (self);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->saved, g_bytes_unref);
  g_free (self->path);
  g_free (self);
}

GListModel *
lc_catalog_cache_load (LcCatalogCache *self)
{
  char *content;
  gsize length;

  if (self->path == NULL || !g_file_get_contents (self->path, &content, &length, NULL))
    return NULL;

  self->saved = g_bytes_new_take (content, length);
  return lc_catalog_cache_unpack (self->saved);
}

void
lc_catalog_cache_save_later (LcCatalogCache *self, GListModel *labs)
{
  self->labs = labs;
  if (self->path != NULL && self->timer == 0)
    self->timer = g_timeout_add_seconds_once (SAVE_DELAY_SECONDS, save_cb, self);
}

GBytes *
lc_catalog_cache_pack (GListModel *labs)
{
  GVariantBuilder builder;
  g_autoptr (GVariant) cache = NULL;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a" LAB_TYPE));
  for (guint i = 0; i < g_list_model_get_n_items (labs); i++)
    {
      g_autoptr (LcLab) lab = g_list_model_get_item (labs, i);

      g_variant_builder_add_value (&builder, pack_lab (lab));
    }
  cache = g_variant_ref_sink (g_variant_new (CACHE_TYPE, VERSION, &builder));
  return g_variant_get_data_as_bytes (cache);
}

GListModel *
lc_catalog_cache_unpack (GBytes *bytes)
{
  GListStore *labs = g_list_store_new (LC_TYPE_LAB);
  g_autoptr (GVariant) cache =
      g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (CACHE_TYPE), bytes, FALSE));
  g_autoptr (GVariant) packed = NULL;
  guint32 version;

  if (!g_variant_is_normal_form (cache))
    return G_LIST_MODEL (labs);
  g_variant_get (cache, "(u@a" LAB_TYPE ")", &version, &packed);
  for (gsize i = 0; version == VERSION && i < g_variant_n_children (packed); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (packed, i);
      g_autoptr (LcLab) lab = unpack_lab (child);

      g_list_store_append (labs, lab);
    }
  return G_LIST_MODEL (labs);
}
