/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-activity.h"

#include "lc-error.h"

struct _LcActivity
{
  GObject parent_instance;

  GListModel *running;
  GHashTable *by_subject; /* lower-case id → LcOperation */
};

G_DEFINE_FINAL_TYPE (LcActivity, lc_activity, G_TYPE_OBJECT)

enum
{
  CHANGED,
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
finished_cb (LcActivity *self, LcOperation *operation)
{
  const char *subject = lc_operation_get_subject_id (operation);
  const GError *error = lc_operation_get_error (operation);
  g_autofree char *key = g_ascii_strdown (subject, -1);

  g_object_ref (operation);
  g_signal_handlers_disconnect_by_func (operation, finished_cb, self);

  if (error == NULL || lc_error_is_cancelled (error))
    {
      if (g_hash_table_lookup (self->by_subject, key) == operation)
        g_hash_table_remove (self->by_subject, key);
    }

  g_signal_emit (self, signals[CHANGED], 0, subject);
  g_signal_emit (self, signals[ENDED], 0, operation);
  g_object_unref (operation);
}

static void
follow (LcActivity *self, LcOperation *operation)
{
  const char *subject = lc_operation_get_subject_id (operation);
  char *key;

  if (subject == NULL || !lc_operation_is_running (operation))
    return;

  key = g_ascii_strdown (subject, -1);
  if (g_hash_table_lookup (self->by_subject, key) == operation)
    {
      g_free (key);
      return;
    }

  g_signal_connect_object (operation, "finished", G_CALLBACK (finished_cb), self,
                           G_CONNECT_SWAPPED);
  g_hash_table_replace (self->by_subject, key, g_object_ref (operation));
  g_signal_emit (self, signals[CHANGED], 0, subject);
}

static void
items_changed_cb (LcActivity *self, guint position, guint removed, guint added, GListModel *running)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (LcOperation) operation = g_list_model_get_item (running, i);

      follow (self, operation);
    }
}

static void
lc_activity_dispose (GObject *object)
{
  LcActivity *self = LC_ACTIVITY (object);

  if (self->running != NULL)
    g_signal_handlers_disconnect_by_data (self->running, self);
  self->running = NULL;
  g_hash_table_remove_all (self->by_subject);

  G_OBJECT_CLASS (lc_activity_parent_class)->dispose (object);
}

static void
lc_activity_finalize (GObject *object)
{
  LcActivity *self = LC_ACTIVITY (object);

  g_hash_table_unref (self->by_subject);

  G_OBJECT_CLASS (lc_activity_parent_class)->finalize (object);
}

static void
lc_activity_class_init (LcActivityClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lc_activity_dispose;
  object_class->finalize = lc_activity_finalize;

  signals[CHANGED] = g_signal_new ("changed", LC_TYPE_ACTIVITY, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[ENDED] = g_signal_new ("ended", LC_TYPE_ACTIVITY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, LC_TYPE_OPERATION);
}

static void
lc_activity_init (LcActivity *self)
{
  self->by_subject = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->running = lc_operation_get_running ();
  g_signal_connect_object (self->running, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED);
  items_changed_cb (self, 0, 0, g_list_model_get_n_items (self->running), self->running);
}

LcActivity *
lc_activity_new (void)
{
  return g_object_new (LC_TYPE_ACTIVITY, NULL);
}

LcOperation *
lc_activity_find (LcActivity *self, const char *subject_id)
{
  g_autofree char *key = g_ascii_strdown (subject_id, -1);

  return g_hash_table_lookup (self->by_subject, key);
}

void
lc_activity_dismiss (LcActivity *self, const char *subject_id)
{
  g_autofree char *key = g_ascii_strdown (subject_id, -1);
  LcOperation *operation = g_hash_table_lookup (self->by_subject, key);

  if (operation == NULL || lc_operation_is_running (operation))
    return;

  g_hash_table_remove (self->by_subject, key);
  g_signal_emit (self, signals[CHANGED], 0, subject_id);
}

guint
lc_activity_get_n_running (LcActivity *self)
{
  return g_list_model_get_n_items (self->running);
}
