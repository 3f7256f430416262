/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-step.h"

struct _LcStep
{
  GObject parent_instance;
  char *id;
  char *title;
  char *detail;
  LcStepState state;
  gint64 started; /* monotonic µs, 0 while it never ran */
  gint64 ended;   /* 0 while it runs */
};

G_DEFINE_ENUM_TYPE (LcStepState,
                    lc_step_state,
                    G_DEFINE_ENUM_VALUE (LC_STEP_PENDING, "pending"),
                    G_DEFINE_ENUM_VALUE (LC_STEP_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (LC_STEP_DONE, "done"),
                    G_DEFINE_ENUM_VALUE (LC_STEP_SKIPPED, "skipped"),
                    G_DEFINE_ENUM_VALUE (LC_STEP_FAILED, "failed"))
G_DEFINE_FINAL_TYPE (LcStep, lc_step, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ID,
  PROP_TITLE,
  PROP_DETAIL,
  PROP_STATE,
  PROP_ELAPSED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
lc_step_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LcStep *self = LC_STEP (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_DETAIL:
      g_value_set_string (value, self->detail);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ELAPSED:
      g_value_set_double (value, lc_step_get_elapsed (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
lc_step_finalize (GObject *object)
{
  LcStep *self = LC_STEP (object);

  g_free (self->id);
  g_free (self->title);
  g_free (self->detail);
  G_OBJECT_CLASS (lc_step_parent_class)->finalize (object);
}

static void
lc_step_class_init (LcStepClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = lc_step_get_property;
  object_class->finalize = lc_step_finalize;
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_DETAIL] = g_param_spec_string ("detail", NULL, NULL, NULL, flags);
  properties[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, LC_TYPE_STEP_STATE, LC_STEP_PENDING, flags);
  properties[PROP_ELAPSED] = g_param_spec_double ("elapsed", NULL, NULL, 0, G_MAXDOUBLE, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lc_step_init (LcStep *self)
{
}

LcStep *
lc_step_new (const char *id, const char *title)
{
  LcStep *self = g_object_new (LC_TYPE_STEP, NULL);

  self->id = g_strdup (id);
  self->title = g_strdup (title);
  return self;
}

const char *
lc_step_get_id (LcStep *self)
{
  return self->id;
}

const char *
lc_step_get_title (LcStep *self)
{
  return self->title;
}

const char *
lc_step_get_detail (LcStep *self)
{
  return self->detail;
}

LcStepState
lc_step_get_state (LcStep *self)
{
  return self->state;
}

double
lc_step_get_elapsed (LcStep *self)
{
  gint64 end = self->ended != 0 ? self->ended : g_get_monotonic_time ();

  return self->started == 0 ? 0 : (end - self->started) / (double) G_USEC_PER_SEC;
}

void
lc_step_set_title (LcStep *self, const char *title)
{
  if (g_set_str (&self->title, title))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

void
lc_step_set_detail (LcStep *self, const char *detail)
{
  if (g_set_str (&self->detail, detail))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DETAIL]);
}

void
lc_step_set_state (LcStep *self, LcStepState state)
{
  gint64 now = g_get_monotonic_time ();

  if (self->state == state)
    return;

  if (state == LC_STEP_RUNNING)
    {
      self->started = now;
      self->ended = 0;
    }
  else if (state == LC_STEP_PENDING)
    self->started = self->ended = 0;
  else if (self->started != 0 && self->ended == 0)
    self->ended = now;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  lc_step_tick (self);
}

void
lc_step_tick (LcStep *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ELAPSED]);
}
