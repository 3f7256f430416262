/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-operation.h"

#include "lc-error.h"
#include "lc-failures.h"

struct _LcOperation
{
  GObject parent_instance;
  char *title;
  char *subject_id;
  GListStore *steps;
  LcStep *current; /* borrowed from steps */
  GCancellable *cancellable;
  GError *error;
  double progress;
  gint64 started; /* monotonic µs */
  gint64 ended;   /* 0 while it runs */
  guint tick;
};

G_DEFINE_FINAL_TYPE (LcOperation, lc_operation, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_SUBJECT_ID,
  PROP_STEPS,
  PROP_CURRENT_STEP,
  PROP_PROGRESS,
  PROP_ELAPSED,
  PROP_RUNNING,
  PROP_ERROR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint finished_signal;

static GListStore *
running_operations (void)
{
  static GListStore *running;

  if (running == NULL)
    running = g_list_store_new (LC_TYPE_OPERATION);
  return running;
}

static LcStep *
step_at (LcOperation *self, guint position)
{
  g_autoptr (LcStep) step = g_list_model_get_item (G_LIST_MODEL (self->steps), position);

  return step;
}

static guint
count_steps (LcOperation *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->steps));
}

static LcStep *
find_step (LcOperation *self, const char *id, guint *position)
{
  for (guint i = 0; i < count_steps (self); i++)
    {
      LcStep *step = step_at (self, i);

      if (g_str_equal (lc_step_get_id (step), id))
        {
          *position = i;
          return step;
        }
    }
  return NULL;
}

/* Where a step goes that nobody announced: behind those that have begun. */
static LcStep *
insert_step (LcOperation *self, const char *id, const char *title, guint *position)
{
  g_autoptr (LcStep) step = lc_step_new (id, title != NULL ? title : id);

  *position = 0;
  for (guint i = 0; i < count_steps (self); i++)
    if (lc_step_get_state (step_at (self, i)) != LC_STEP_PENDING)
      *position = i + 1;
  g_list_store_insert (self->steps, *position, step);
  return step;
}

static void
set_current (LcOperation *self, LcStep *step)
{
  if (self->current == step)
    return;

  self->current = step;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CURRENT_STEP]);
}

static void
end_pending_steps (LcOperation *self)
{
  for (guint i = 0; i < count_steps (self); i++)
    {
      LcStep *step = step_at (self, i);

      if (lc_step_get_state (step) == LC_STEP_PENDING)
        lc_step_set_state (step, LC_STEP_SKIPPED);
    }
}

static gboolean
tick_cb (gpointer user_data)
{
  LcOperation *self = user_data;

  if (self->current != NULL && lc_step_get_state (self->current) == LC_STEP_RUNNING)
    lc_step_tick (self->current);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ELAPSED]);
  return G_SOURCE_CONTINUE;
}

static void
lc_operation_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LcOperation *self = LC_OPERATION (object);

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_SUBJECT_ID:
      g_value_set_string (value, self->subject_id);
      break;
    case PROP_STEPS:
      g_value_set_object (value, self->steps);
      break;
    case PROP_CURRENT_STEP:
      g_value_set_object (value, self->current);
      break;
    case PROP_PROGRESS:
      g_value_set_double (value, self->progress);
      break;
    case PROP_ELAPSED:
      g_value_set_double (value, lc_operation_get_elapsed (self));
      break;
    case PROP_RUNNING:
      g_value_set_boolean (value, lc_operation_is_running (self));
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
lc_operation_finalize (GObject *object)
{
  LcOperation *self = LC_OPERATION (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_object (&self->steps);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->error);
  g_free (self->title);
  g_free (self->subject_id);
  G_OBJECT_CLASS (lc_operation_parent_class)->finalize (object);
}

static void
lc_operation_class_init (LcOperationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = lc_operation_get_property;
  object_class->finalize = lc_operation_finalize;
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_SUBJECT_ID] = g_param_spec_string ("subject-id", NULL, NULL, NULL, flags);
  properties[PROP_STEPS] = g_param_spec_object ("steps", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_CURRENT_STEP] =
      g_param_spec_object ("current-step", NULL, NULL, LC_TYPE_STEP, flags);
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, -1, 1, -1, flags);
  properties[PROP_ELAPSED] = g_param_spec_double ("elapsed", NULL, NULL, 0, G_MAXDOUBLE, 0, flags);
  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, TRUE, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  finished_signal = g_signal_new ("finished", LC_TYPE_OPERATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
}

static void
lc_operation_init (LcOperation *self)
{
  self->steps = g_list_store_new (LC_TYPE_STEP);
  self->cancellable = g_cancellable_new ();
  self->progress = -1;
  self->started = g_get_monotonic_time ();
}

LcOperation *
lc_operation_new (const char *title, const char *subject_id)
{
  LcOperation *self = g_object_new (LC_TYPE_OPERATION, NULL);

  self->title = g_strdup (title);
  self->subject_id = g_strdup (subject_id);
  self->tick = g_timeout_add_seconds (1, tick_cb, self);
  g_list_store_append (running_operations (), self);
  return self;
}

void
lc_operation_add_step (LcOperation *self, const char *id, const char *title)
{
  g_autoptr (LcStep) step = lc_step_new (id, title);

  g_list_store_append (self->steps, step);
}

void
lc_operation_begin_step (LcOperation *self, const char *id, const char *title)
{
  guint position = 0;
  LcStep *step = find_step (self, id, &position);

  if (!lc_operation_is_running (self))
    return;
  if (step == NULL)
    step = insert_step (self, id, title, &position);
  else if (title != NULL)
    lc_step_set_title (step, title);
  if (self->current != NULL && self->current != step &&
      lc_step_get_state (self->current) == LC_STEP_RUNNING)
    lc_step_set_state (self->current, LC_STEP_DONE);

  for (guint i = 0; i < position; i++)
    if (lc_step_get_state (step_at (self, i)) == LC_STEP_PENDING)
      lc_step_set_state (step_at (self, i), LC_STEP_SKIPPED);
  /* Those behind it are still to come, also when the way goes back for another try. */
  for (guint i = position + 1; i < count_steps (self); i++)
    lc_step_set_state (step_at (self, i), LC_STEP_PENDING);

  lc_step_set_detail (step, NULL);
  lc_step_set_state (step, LC_STEP_RUNNING);
  set_current (self, step);
  lc_operation_set_progress (self, -1);
}

void
lc_operation_skip_step (LcOperation *self, const char *id)
{
  guint position;
  LcStep *step = find_step (self, id, &position);

  if (step != NULL && lc_operation_is_running (self))
    lc_step_set_state (step, LC_STEP_SKIPPED);
}

void
lc_operation_set_detail (LcOperation *self, const char *detail)
{
  if (self->current != NULL)
    lc_step_set_detail (self->current, detail);
}

void
lc_operation_set_progress (LcOperation *self, double fraction)
{
  fraction = fraction < 0 ? -1 : MIN (fraction, 1);
  if (self->progress == fraction)
    return;

  self->progress = fraction;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
}

void
lc_operation_finish (LcOperation *self, const GError *error)
{
  g_autoptr (LcOperation) keep = g_object_ref (self);
  guint position;

  if (!lc_operation_is_running (self))
    return;

  self->ended = g_get_monotonic_time ();
  g_clear_handle_id (&self->tick, g_source_remove);
  if (error != NULL)
    self->error = lc_error_convert (g_error_copy (error));
  if (self->current != NULL && lc_step_get_state (self->current) == LC_STEP_RUNNING)
    lc_step_set_state (self->current, error != NULL ? LC_STEP_FAILED : LC_STEP_DONE);
  if (error == NULL)
    end_pending_steps (self);
  else if (!lc_error_is_cancelled (error))
    lc_failures_add (self);

  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ELAPSED]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
  g_object_thaw_notify (G_OBJECT (self));
  g_signal_emit (self, finished_signal, 0);
  if (g_list_store_find (running_operations (), self, &position))
    g_list_store_remove (running_operations (), position);
}

void
lc_operation_cancel (LcOperation *self)
{
  g_cancellable_cancel (self->cancellable);
}

GCancellable *
lc_operation_get_cancellable (LcOperation *self)
{
  return self->cancellable;
}

const char *
lc_operation_get_title (LcOperation *self)
{
  return self->title;
}

const char *
lc_operation_get_subject_id (LcOperation *self)
{
  return self->subject_id;
}

GListModel *
lc_operation_get_steps (LcOperation *self)
{
  return G_LIST_MODEL (self->steps);
}

LcStep *
lc_operation_get_current_step (LcOperation *self)
{
  return self->current;
}

double
lc_operation_get_progress (LcOperation *self)
{
  return self->progress;
}

double
lc_operation_get_elapsed (LcOperation *self)
{
  gint64 end = self->ended != 0 ? self->ended : g_get_monotonic_time ();

  return (end - self->started) / (double) G_USEC_PER_SEC;
}

gboolean
lc_operation_is_running (LcOperation *self)
{
  return self->ended == 0;
}

const GError *
lc_operation_get_error (LcOperation *self)
{
  return self->error;
}

GListModel *
lc_operation_get_running (void)
{
  return G_LIST_MODEL (running_operations ());
}
