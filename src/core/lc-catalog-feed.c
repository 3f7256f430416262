/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-catalog-feed.h"

#include "lc-async.h"
#include "lc-backoff.h"
#include "lc-error.h"
#include "lc-list-sync.h"

#define FAST_US          (3 * G_USEC_PER_SEC)
#define SLOW_US          (60 * G_USEC_PER_SEC)
#define FIRST_RETRY_MS   3000
#define LONGEST_RETRY_MS (5 * 60 * 1000)

struct _LcCatalogFeed
{
  GObject parent_instance;
  LcProvider *provider;
  GListStore *labs;
  LcLab *current_lab; /* nullable; one of labs */
  GHashTable *bare;   /* LcLab → gint64 *: those whose machines do not come with the list of labs,
                       * and when the newest answer about them was asked for */
  DexFuture *request;
  DexFuture *lab_request;
  guint64 serial;  /* of the newest request; an older one changes nothing */
  gboolean asking; /* the newest request is under way */
  gboolean answered;
  gboolean stopped;
  gboolean network_available;
  GError *error;
  gint64 due;
  LcBackoff backoff;
};

typedef struct
{
  LcCatalogFeed *feed;
  guint64 serial;
  LcLab *lab;     /* of a request for one lab's machines */
  gboolean quick; /* a machine is in a state that passes */
} Request;

G_DEFINE_FINAL_TYPE (LcCatalogFeed, lc_catalog_feed, G_TYPE_OBJECT)

static guint changed_signal;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_object_unref (request->feed);
  g_clear_object (&request->lab);
  g_free (request);
}

static const char *
lab_id (gpointer item)
{
  return lc_lab_get_id (item);
}

static void
update_lab (gpointer item, gpointer fresh)
{
  lc_lab_update (item, fresh);
}

static void
emit_changed (LcCatalogFeed *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static gboolean
is_current (Request *request)
{
  return !request->feed->stopped && request->feed->serial == request->serial;
}

/* Marks machines with where and when they come from; returns whether one is changing. */
static gboolean
stamp_machines (LcCatalogFeed *self, GListModel *machines, gint64 asked_at)
{
  gboolean quick = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (machines); i++)
    {
      g_autoptr (LcMachine) machine = g_list_model_get_item (machines, i);

      lc_machine_set_provider_id (machine, lc_provider_get_id (self->provider));
      lc_machine_set_as_of (machine, asked_at);
      quick |= lc_machine_state_is_transitional (lc_machine_get_state (machine));
    }
  return quick;
}

static GHashTable *
new_bare_labs (void)
{
  return g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
}

static void
remember_bare_labs (LcCatalogFeed *self, GHashTable *ids)
{
  g_autoptr (GHashTable) before = g_steal_pointer (&self->bare);

  self->bare = new_bare_labs ();
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->labs)); i++)
    {
      g_autoptr (LcLab) lab = g_list_model_get_item (G_LIST_MODEL (self->labs), i);
      const gint64 *asked_at = g_hash_table_lookup (before, lab);

      if (g_hash_table_contains (ids, lc_lab_get_id (lab)))
        g_hash_table_insert (self->bare, g_object_ref (lab),
                             asked_at != NULL ? g_memdup2 (asked_at, sizeof *asked_at)
                                              : g_new0 (gint64, 1));
    }
}

static void
apply_labs (Request *request, GListModel *fresh, gint64 asked_at)
{
  LcCatalogFeed *self = request->feed;
  g_autoptr (GHashTable) bare_ids = g_hash_table_new (g_str_hash, g_str_equal);
  guint position;

  for (guint i = 0; i < g_list_model_get_n_items (fresh); i++)
    {
      g_autoptr (LcLab) lab = g_list_model_get_item (fresh, i);

      lc_lab_set_provider_id (lab, lc_provider_get_id (self->provider));
      if (lc_lab_get_loaded (lab))
        request->quick |= stamp_machines (self, lc_lab_get_machines (lab), asked_at);
      else
        g_hash_table_add (bare_ids, (char *) lc_lab_get_id (lab));
    }
  lc_list_sync (self->labs, fresh, lab_id, update_lab);
  remember_bare_labs (self, bare_ids);
  if (self->current_lab != NULL && !g_list_store_find (self->labs, self->current_lab, &position))
    g_clear_object (&self->current_lab);
}

/* Runs on a fiber. */
static gboolean
load_machines (Request *request, LcLab *lab, GError **error)
{
  LcCatalogFeed *self = request->feed;
  gint64 asked_at = g_get_monotonic_time ();
  g_autoptr (GListModel) machines =
      dex_await_object (lc_provider_list_machines (self->provider, lab), error);
  gint64 *newest;

  if (machines == NULL)
    return FALSE;
  /* Who leaves a lab and comes back has two requests for it under way; they may cross. */
  newest = g_hash_table_lookup (self->bare, lab);
  if (self->stopped || newest == NULL || *newest > asked_at)
    return TRUE;
  *newest = asked_at;
  request->quick |= stamp_machines (self, machines, asked_at);
  lc_lab_set_machines (lab, machines);
  return TRUE;
}

/* Runs on a fiber. */
static gboolean
load_labs (Request *request, GError **error)
{
  LcCatalogFeed *self = request->feed;
  gint64 asked_at = g_get_monotonic_time ();
  g_autoptr (GListModel) labs = dex_await_object (lc_provider_list_labs (self->provider), error);
  g_autoptr (LcLab) lab = NULL;

  if (labs == NULL)
    return FALSE;
  if (!is_current (request))
    return TRUE;
  apply_labs (request, labs, asked_at);
  if (self->current_lab == NULL || !g_hash_table_contains (self->bare, self->current_lab))
    return TRUE;
  lab = g_object_ref (self->current_lab);
  /* This one is newer. */
  dex_clear (&self->lab_request);
  return load_machines (request, lab, error);
}

static void
end_request (Request *request, const GError *error)
{
  LcCatalogFeed *self = request->feed;
  gint64 now = g_get_monotonic_time ();

  if (!is_current (request))
    return;

  self->asking = FALSE;
  g_clear_error (&self->error);
  if (error == NULL)
    {
      self->answered = TRUE;
      lc_backoff_reset (&self->backoff);
      self->due = now + (request->quick ? FAST_US : SLOW_US);
    }
  else
    {
      self->error = g_error_copy (error);
      self->due = now + lc_backoff_next (&self->backoff, 0) * G_TIME_SPAN_MILLISECOND;
      /* Asking again does not help until somebody has signed in. */
      if (g_error_matches (error, LC_ERROR, LC_ERROR_AUTH_REQUIRED))
        self->due = LC_CATALOG_NEVER;
    }
  emit_changed (self);
}

static DexFuture *
refresh_fiber (gpointer data)
{
  Request *request = data;
  g_autoptr (GError) error = NULL;

  if (!load_labs (request, &error))
    error = lc_error_convert (g_steal_pointer (&error));
  end_request (request, error);
  if (error != NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
lab_fiber (gpointer data)
{
  Request *request = data;
  g_autoptr (GError) error = NULL;
  gboolean loaded = load_machines (request, request->lab, &error);

  if (!loaded && lc_error_is_cancelled (error))
    return dex_future_new_for_boolean (TRUE);

  /* The next round asks again, and tells if it goes on. */
  if (!loaded)
    g_debug ("Listing machines: %s", error->message);
  if (!loaded || request->quick)
    lc_catalog_feed_hasten (request->feed);
  emit_changed (request->feed);
  return dex_future_new_for_boolean (TRUE);
}

static void
mark_stale (LcCatalogFeed *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->labs)); i++)
    {
      g_autoptr (LcLab) lab = g_list_model_get_item (G_LIST_MODEL (self->labs), i);
      GListModel *machines = lc_lab_get_machines (lab);

      lc_lab_set_stale (lab, TRUE);
      for (guint j = 0; j < g_list_model_get_n_items (machines); j++)
        {
          g_autoptr (LcMachine) machine = g_list_model_get_item (machines, j);

          lc_machine_set_stale (machine, TRUE);
        }
    }
}

static void
needs_sign_in_cb (LcAccount *account, GParamSpec *pspec, LcCatalogFeed *self)
{
  if (self->stopped || lc_account_get_needs_sign_in (account))
    return;

  self->due = 0;
  emit_changed (self);
}

static void
lc_catalog_feed_dispose (GObject *object)
{
  lc_catalog_feed_stop (LC_CATALOG_FEED (object));
  G_OBJECT_CLASS (lc_catalog_feed_parent_class)->dispose (object);
}

static void
lc_catalog_feed_finalize (GObject *object)
{
  LcCatalogFeed *self = LC_CATALOG_FEED (object);

  g_clear_object (&self->provider);
  g_clear_object (&self->labs);
  g_clear_pointer (&self->bare, g_hash_table_unref);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (lc_catalog_feed_parent_class)->finalize (object);
}

static void
lc_catalog_feed_class_init (LcCatalogFeedClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lc_catalog_feed_dispose;
  object_class->finalize = lc_catalog_feed_finalize;
  changed_signal = g_signal_new ("changed", LC_TYPE_CATALOG_FEED, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
lc_catalog_feed_init (LcCatalogFeed *self)
{
  self->labs = g_list_store_new (LC_TYPE_LAB);
  self->bare = new_bare_labs ();
  self->backoff = (LcBackoff) LC_BACKOFF_INIT (FIRST_RETRY_MS, LONGEST_RETRY_MS);
  self->network_available = TRUE;
}

LcCatalogFeed *
lc_catalog_feed_new (LcProvider *provider, GListModel *known)
{
  LcCatalogFeed *self = g_object_new (LC_TYPE_CATALOG_FEED, NULL);
  LcAccount *account = lc_provider_get_account (provider);

  self->provider = g_object_ref (provider);
  g_signal_connect_object (account, "notify::needs-sign-in", G_CALLBACK (needs_sign_in_cb), self,
                           G_CONNECT_DEFAULT);
  for (guint i = 0; known != NULL && i < g_list_model_get_n_items (known); i++)
    {
      g_autoptr (LcLab) lab = g_list_model_get_item (known, i);

      if (g_str_equal (lc_lab_get_account_id (lab), lc_account_get_id (account)) &&
          g_strcmp0 (lc_lab_get_provider_id (lab), lc_provider_get_id (provider)) == 0)
        g_list_store_append (self->labs, lab);
    }
  return self;
}

void
lc_catalog_feed_stop (LcCatalogFeed *self)
{
  self->stopped = TRUE;
  self->asking = FALSE;
  self->due = LC_CATALOG_NEVER;
  g_clear_object (&self->current_lab);
  dex_clear (&self->request);
  dex_clear (&self->lab_request);
}

LcProvider *
lc_catalog_feed_get_provider (LcCatalogFeed *self)
{
  return self->provider;
}

GListModel *
lc_catalog_feed_get_labs (LcCatalogFeed *self)
{
  return G_LIST_MODEL (self->labs);
}

gboolean
lc_catalog_feed_is_asking (LcCatalogFeed *self)
{
  return self->asking;
}

gboolean
lc_catalog_feed_has_answered (LcCatalogFeed *self)
{
  return self->answered;
}

const GError *
lc_catalog_feed_get_error (LcCatalogFeed *self)
{
  return self->error;
}

gint64
lc_catalog_feed_get_due (LcCatalogFeed *self)
{
  return self->asking ? LC_CATALOG_NEVER : self->due;
}

void
lc_catalog_feed_hasten (LcCatalogFeed *self)
{
  gint64 soon = g_get_monotonic_time () + FAST_US;

  if (self->stopped || self->due == LC_CATALOG_NEVER || self->due <= soon)
    return;

  self->due = soon;
  emit_changed (self);
}

void
lc_catalog_feed_set_network_available (LcCatalogFeed *self, gboolean available)
{
  if (self->network_available == available)
    return;

  self->network_available = available;
  if (!lc_catalog_feed_is_reachable (self))
    mark_stale (self);
  else if (self->due != LC_CATALOG_NEVER)
    self->due = 0;
  emit_changed (self);
}

gboolean
lc_catalog_feed_is_reachable (LcCatalogFeed *self)
{
  LcAccount *account = lc_provider_get_account (self->provider);

  return self->network_available || lc_cloud_is_local (lc_account_get_cloud (account));
}

DexFuture *
lc_catalog_feed_refresh (LcCatalogFeed *self)
{
  Request *request = g_new0 (Request, 1);

  request->feed = g_object_ref (self);
  request->serial = ++self->serial;
  dex_clear (&self->request);
  self->request = lc_spawn (refresh_fiber, request, request_free);
  self->asking = TRUE;
  emit_changed (self);
  return dex_ref (self->request);
}

void
lc_catalog_feed_set_current_lab (LcCatalogFeed *self, LcLab *lab)
{
  guint position;
  Request *request;

  if (lab != NULL && !g_list_store_find (self->labs, lab, &position))
    lab = NULL;
  if (!g_set_object (&self->current_lab, lab))
    return;

  dex_clear (&self->lab_request);
  /* A request for all labs that is under way brings them as well. */
  if (lab == NULL || self->stopped || !g_hash_table_contains (self->bare, lab))
    return;
  request = g_new0 (Request, 1);
  request->feed = g_object_ref (self);
  request->lab = g_object_ref (lab);
  self->lab_request = lc_spawn (lab_fiber, request, request_free);
}
