/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-catalog.h"

#include "lc-async.h"
#include "lc-catalog-cache.h"
#include "lc-catalog-feed.h"
#include "lc-error.h"

struct _LcCatalog
{
  GObject parent_instance;
  LcRegistry *registry;
  LcCatalogCache *cache;
  GListModel *known; /* the last-known list, for accounts whose provider is yet to come */
  GPtrArray *feeds;  /* LcCatalogFeed, in the order of the registry's providers */
  LcLab *current_lab;
  LcCatalogState state;
  GError *error;
  GDateTime *updated_at;
  gboolean active;
  guint poll_timer;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_ENUM_TYPE (LcCatalogState,
                    lc_catalog_state,
                    G_DEFINE_ENUM_VALUE (LC_CATALOG_EMPTY, "empty"),
                    G_DEFINE_ENUM_VALUE (LC_CATALOG_LOADING, "loading"),
                    G_DEFINE_ENUM_VALUE (LC_CATALOG_READY, "ready"),
                    G_DEFINE_ENUM_VALUE (LC_CATALOG_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (LC_CATALOG_FAILED, "failed"))
G_DEFINE_FINAL_TYPE_WITH_CODE (LcCatalog,
                               lc_catalog,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum
{
  PROP_0,
  PROP_STATE,
  PROP_ERROR,
  PROP_ACTIVE,
  PROP_UPDATED_AT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

typedef struct
{
  LcCatalog *catalog;
  LcMachine *machine;
  LcProvider *provider;
} MachineRequest;

static gboolean poll_cb (gpointer user_data);

static void
machine_request_free (gpointer data)
{
  MachineRequest *request = data;

  g_object_unref (request->catalog);
  g_object_unref (request->machine);
  g_object_unref (request->provider);
  g_free (request);
}

/* To go through while it may change. */
static GPtrArray *
dup_feeds (LcCatalog *self)
{
  GPtrArray *feeds = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->feeds->len; i++)
    g_ptr_array_add (feeds, g_object_ref (self->feeds->pdata[i]));
  return feeds;
}

/* State. */

static LcCatalogState
find_state (LcCatalog *self, const GError **error)
{
  gboolean loading = FALSE, offline = FALSE, unasked = FALSE;

  *error = NULL;
  for (guint i = 0; i < self->feeds->len; i++)
    {
      LcCatalogFeed *feed = self->feeds->pdata[i];
      const GError *its_error = lc_catalog_feed_get_error (feed);

      if (!lc_catalog_feed_is_reachable (feed) ||
          g_error_matches (its_error, LC_ERROR, LC_ERROR_OFFLINE))
        offline = TRUE;
      if (its_error != NULL)
        {
          /* The first one, but being offline explains least. */
          if (*error == NULL || g_error_matches (*error, LC_ERROR, LC_ERROR_OFFLINE))
            *error = its_error;
        }
      else if (!lc_catalog_feed_has_answered (feed))
        {
          loading |= lc_catalog_feed_is_asking (feed);
          unasked = TRUE;
        }
    }
  if (loading)
    return LC_CATALOG_LOADING;
  if (*error != NULL && !g_error_matches (*error, LC_ERROR, LC_ERROR_OFFLINE))
    return LC_CATALOG_FAILED;
  if (offline)
    return LC_CATALOG_OFFLINE;
  return unasked || self->feeds->len == 0 ? LC_CATALOG_EMPTY : LC_CATALOG_READY;
}

static void
update_state (LcCatalog *self)
{
  const GError *error;
  LcCatalogState state = find_state (self, &error);

  g_object_freeze_notify (G_OBJECT (self));
  if (error == NULL || self->error == NULL || self->error->code != error->code ||
      !g_str_equal (self->error->message, error->message))
    {
      gboolean changed = error != NULL || self->error != NULL;

      g_clear_error (&self->error);
      self->error = error != NULL ? g_error_copy (error) : NULL;
      if (changed)
        g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
    }
  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

/* One timer, for the feed that is due first; none at all while nobody looks. */
static void
schedule_poll (LcCatalog *self)
{
  gint64 due = LC_CATALOG_NEVER;
  gint64 wait;

  g_clear_handle_id (&self->poll_timer, g_source_remove);
  for (guint i = 0; self->active && i < self->feeds->len; i++)
    if (lc_catalog_feed_is_reachable (self->feeds->pdata[i]))
      due = MIN (due, lc_catalog_feed_get_due (self->feeds->pdata[i]));
  if (due == LC_CATALOG_NEVER)
    return;
  wait = (due - g_get_monotonic_time ()) / G_TIME_SPAN_MILLISECOND;
  self->poll_timer = g_timeout_add (CLAMP (wait, 0, G_MAXINT), poll_cb, self);
}

static gboolean
poll_cb (gpointer user_data)
{
  LcCatalog *self = user_data;
  gint64 now = g_get_monotonic_time () + G_TIME_SPAN_MILLISECOND;
  g_autoptr (GPtrArray) feeds = dup_feeds (self);

  self->poll_timer = 0;
  for (guint i = 0; i < feeds->len; i++)
    if (lc_catalog_feed_is_reachable (feeds->pdata[i]) &&
        lc_catalog_feed_get_due (feeds->pdata[i]) <= now)
      dex_future_disown (lc_catalog_feed_refresh (feeds->pdata[i]));
  schedule_poll (self);
  return G_SOURCE_REMOVE;
}

static void
feed_changed_cb (LcCatalogFeed *feed, LcCatalog *self)
{
  if (!lc_catalog_feed_is_asking (feed) && lc_catalog_feed_has_answered (feed) &&
      lc_catalog_feed_get_error (feed) == NULL)
    {
      g_clear_pointer (&self->updated_at, g_date_time_unref);
      self->updated_at = g_date_time_new_now_local ();
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UPDATED_AT]);
      lc_catalog_cache_save_later (self->cache, G_LIST_MODEL (self));
    }
  update_state (self);
  schedule_poll (self);
}

/* The labs of all feeds, one after the other. */

static guint
offset_of (LcCatalog *self, GListModel *labs)
{
  guint offset = 0;

  for (guint i = 0; i < self->feeds->len; i++)
    {
      GListModel *its_labs = lc_catalog_feed_get_labs (self->feeds->pdata[i]);

      if (its_labs == labs)
        break;
      offset += g_list_model_get_n_items (its_labs);
    }
  return offset;
}

static void
labs_changed_cb (GListModel *labs, guint position, guint removed, guint added, LcCatalog *self)
{
  g_list_model_items_changed (G_LIST_MODEL (self), offset_of (self, labs) + position, removed,
                              added);
}

static LcCatalogFeed *
add_feed (LcCatalog *self, guint position, LcProvider *provider)
{
  LcCatalogFeed *feed = lc_catalog_feed_new (provider, self->known);

  g_ptr_array_insert (self->feeds, position, feed);
  g_signal_connect (feed, "changed", G_CALLBACK (feed_changed_cb), self);
  g_signal_connect (lc_catalog_feed_get_labs (feed), "items-changed", G_CALLBACK (labs_changed_cb),
                    self);
  lc_catalog_feed_set_network_available (feed, g_network_monitor_get_network_available (
                                                   g_network_monitor_get_default ()));
  return feed;
}

static void
drop_feed (LcCatalog *self, LcCatalogFeed *feed)
{
  g_signal_handlers_disconnect_by_data (feed, self);
  g_signal_handlers_disconnect_by_data (lc_catalog_feed_get_labs (feed), self);
  lc_catalog_feed_stop (feed);
}

static void
providers_changed_cb (GListModel *providers,
                      guint position,
                      guint removed,
                      guint added,
                      LcCatalog *self)
{
  guint offset = position < self->feeds->len
                     ? offset_of (self, lc_catalog_feed_get_labs (self->feeds->pdata[position]))
                     : g_list_model_get_n_items (G_LIST_MODEL (self));
  guint labs_removed = 0, labs_added = 0;

  for (guint i = 0; i < removed; i++)
    {
      LcCatalogFeed *feed = self->feeds->pdata[position];

      labs_removed += g_list_model_get_n_items (lc_catalog_feed_get_labs (feed));
      drop_feed (self, feed);
      g_ptr_array_remove_index (self->feeds, position);
    }
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (LcProvider) provider = g_list_model_get_item (providers, i);
      LcCatalogFeed *feed = add_feed (self, i, provider);

      labs_added += g_list_model_get_n_items (lc_catalog_feed_get_labs (feed));
    }
  if (labs_removed > 0 || labs_added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), offset, labs_removed, labs_added);
  /* Who has signed out leaves nothing behind. */
  if (removed > 0)
    lc_catalog_cache_save_later (self->cache, G_LIST_MODEL (self));
  update_state (self);
  schedule_poll (self);
}

static void
network_changed_cb (GNetworkMonitor *monitor, gboolean available, LcCatalog *self)
{
  for (guint i = 0; i < self->feeds->len; i++)
    lc_catalog_feed_set_network_available (self->feeds->pdata[i], available);
}

static DexFuture *
all_fiber (gpointer data)
{
  GPtrArray *futures = data;
  g_autoptr (GError) first = NULL;

  for (guint i = 0; i < futures->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!dex_await (dex_ref (futures->pdata[i]), &error) && first == NULL)
        first = g_steal_pointer (&error);
    }
  if (first != NULL)
    return dex_future_new_for_error (g_steal_pointer (&first));
  return dex_future_new_for_boolean (TRUE);
}

/* The list follows what one machine has begun, whoever began it. */
static void
hasten_feed (LcCatalog *self, LcProvider *provider)
{
  for (guint i = 0; i < self->feeds->len; i++)
    if (lc_catalog_feed_get_provider (self->feeds->pdata[i]) == provider)
      lc_catalog_feed_hasten (self->feeds->pdata[i]);
}

static DexFuture *
machine_fiber (gpointer data)
{
  MachineRequest *request = data;
  gint64 asked_at = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  g_autoptr (LcMachine) fresh =
      dex_await_object (lc_provider_get_machine (request->provider, request->machine), &error);

  if (fresh == NULL)
    return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));
  lc_machine_set_as_of (fresh, asked_at);
  lc_machine_update (request->machine, fresh);
  if (lc_machine_state_is_transitional (lc_machine_get_state (request->machine)))
    hasten_feed (request->catalog, request->provider);
  lc_catalog_cache_save_later (request->catalog->cache, G_LIST_MODEL (request->catalog));
  return dex_future_new_for_object (request->machine);
}

static GType
get_item_type (GListModel *model)
{
  return LC_TYPE_LAB;
}

static guint
get_n_items (GListModel *model)
{
  return offset_of (LC_CATALOG (model), NULL);
}

static gpointer
get_item (GListModel *model, guint position)
{
  LcCatalog *self = LC_CATALOG (model);

  for (guint i = 0; i < self->feeds->len; i++)
    {
      GListModel *labs = lc_catalog_feed_get_labs (self->feeds->pdata[i]);
      guint n_labs = g_list_model_get_n_items (labs);

      if (position < n_labs)
        return g_list_model_get_item (labs, position);
      position -= n_labs;
    }
  return NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
lc_catalog_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LcCatalog *self = LC_CATALOG (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_ACTIVE:
      g_value_set_boolean (value, self->active);
      break;
    case PROP_UPDATED_AT:
      g_value_set_boxed (value, self->updated_at);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
lc_catalog_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ACTIVE)
    lc_catalog_set_active (LC_CATALOG (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
lc_catalog_dispose (GObject *object)
{
  LcCatalog *self = LC_CATALOG (object);

  if (self->registry != NULL)
    g_signal_handlers_disconnect_by_data (lc_registry_get_providers (self->registry), self);
  g_clear_pointer (&self->cache, lc_catalog_cache_close);
  g_clear_handle_id (&self->poll_timer, g_source_remove);
  for (guint i = 0; i < self->feeds->len; i++)
    drop_feed (self, self->feeds->pdata[i]);
  g_ptr_array_set_size (self->feeds, 0);
  g_clear_object (&self->current_lab);
  g_clear_object (&self->registry);
  G_OBJECT_CLASS (lc_catalog_parent_class)->dispose (object);
}

static void
lc_catalog_finalize (GObject *object)
{
  LcCatalog *self = LC_CATALOG (object);

  g_clear_pointer (&self->feeds, g_ptr_array_unref);
  g_clear_object (&self->known);
  g_clear_error (&self->error);
  g_clear_pointer (&self->updated_at, g_date_time_unref);
  G_OBJECT_CLASS (lc_catalog_parent_class)->finalize (object);
}

static void
lc_catalog_class_init (LcCatalogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = lc_catalog_get_property;
  object_class->set_property = lc_catalog_set_property;
  object_class->dispose = lc_catalog_dispose;
  object_class->finalize = lc_catalog_finalize;
  properties[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, LC_TYPE_CATALOG_STATE, LC_CATALOG_EMPTY, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_ACTIVE] =
      g_param_spec_boolean ("active", NULL, NULL, FALSE, flags | G_PARAM_WRITABLE);
  properties[PROP_UPDATED_AT] =
      g_param_spec_boxed ("updated-at", NULL, NULL, G_TYPE_DATE_TIME, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lc_catalog_init (LcCatalog *self)
{
  self->feeds = g_ptr_array_new_with_free_func (g_object_unref);
}

LcCatalog *
lc_catalog_new (LcRegistry *registry, const char *cache_path)
{
  LcCatalog *self = g_object_new (LC_TYPE_CATALOG, NULL);
  GListModel *providers = lc_registry_get_providers (registry);

  self->registry = g_object_ref (registry);
  self->cache = lc_catalog_cache_open (cache_path);
  self->known = lc_catalog_cache_load (self->cache);
  g_signal_connect_object (providers, "items-changed", G_CALLBACK (providers_changed_cb), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (g_network_monitor_get_default (), "network-changed",
                           G_CALLBACK (network_changed_cb), self, G_CONNECT_DEFAULT);
  providers_changed_cb (providers, 0, 0, g_list_model_get_n_items (providers), self);
  return self;
}

LcCatalogState
lc_catalog_get_state (LcCatalog *self)
{
  return self->state;
}

const GError *
lc_catalog_get_error (LcCatalog *self)
{
  return self->error;
}

GDateTime *
lc_catalog_get_updated_at (LcCatalog *self)
{
  return self->updated_at;
}

void
lc_catalog_set_active (LcCatalog *self, gboolean active)
{
  if (self->active == !!active)
    return;

  self->active = !!active;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
  schedule_poll (self);
}

gboolean
lc_catalog_get_active (LcCatalog *self)
{
  return self->active;
}

DexFuture *
lc_catalog_refresh (LcCatalog *self)
{
  g_autoptr (GPtrArray) feeds = dup_feeds (self);
  GPtrArray *futures = g_ptr_array_new_with_free_func (dex_unref);

  for (guint i = 0; i < feeds->len; i++)
    g_ptr_array_add (futures, lc_catalog_feed_refresh (feeds->pdata[i]));
  return lc_spawn (all_fiber, futures, (GDestroyNotify) g_ptr_array_unref);
}

void
lc_catalog_set_current_lab (LcCatalog *self, LcLab *lab)
{
  if (!g_set_object (&self->current_lab, lab))
    return;

  for (guint i = 0; i < self->feeds->len; i++)
    lc_catalog_feed_set_current_lab (self->feeds->pdata[i], lab);
}

DexFuture *
lc_catalog_refresh_machine (LcCatalog *self, LcMachine *machine)
{
  LcProvider *provider = lc_registry_find_provider (self->registry, machine);
  MachineRequest *request;

  if (provider == NULL)
    return dex_future_new_for_error (
        lc_error_new (LC_ERROR_NOT_FOUND, "Nobody is signed in who has this machine"));
  request = g_new0 (MachineRequest, 1);
  request->catalog = g_object_ref (self);
  request->machine = g_object_ref (machine);
  request->provider = g_object_ref (provider);
  return lc_spawn (machine_fiber, request, machine_request_free);
}

LcMachine *
lc_catalog_find_machine (LcCatalog *self, const char *account_id, const char *id_or_name)
{
  LcMachine *named = NULL;
  guint n_named = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++)
    {
      g_autoptr (LcLab) lab = g_list_model_get_item (G_LIST_MODEL (self), i);
      GListModel *machines = lc_lab_get_machines (lab);

      if (account_id != NULL && g_strcmp0 (lc_lab_get_account_id (lab), account_id) != 0)
        continue;
      for (guint j = 0; j < g_list_model_get_n_items (machines); j++)
        {
          g_autoptr (LcMachine) machine = g_list_model_get_item (machines, j);

          if (g_ascii_strcasecmp (lc_machine_get_id (machine), id_or_name) == 0)
            return machine;
          if (g_strcmp0 (lc_machine_get_name (machine), id_or_name) != 0)
            continue;
          named = machine;
          n_named++;
        }
    }
  return n_named == 1 ? named : NULL;
}
