/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-lab.h"

#include "lc-list-sync.h"
#include "lc-printable.h"

struct _LcLab
{
  GObject parent_instance;
  char *account_id;
  char *provider_id;
  char *id;
  char *name;
  char *description;
  GListStore *machines;
  gboolean loaded;
  gboolean stale;
};

G_DEFINE_FINAL_TYPE (LcLab, lc_lab, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ID,
  PROP_ACCOUNT_ID,
  PROP_NAME,
  PROP_DESCRIPTION,
  PROP_MACHINES,
  PROP_LOADED,
  PROP_STALE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const char *
machine_id (gpointer item)
{
  return lc_machine_get_id (item);
}

static void
update_machine (gpointer item, gpointer fresh)
{
  lc_machine_update (item, fresh);
}

static void
lc_lab_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LcLab *self = LC_LAB (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_ACCOUNT_ID:
      g_value_set_string (value, self->account_id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_DESCRIPTION:
      g_value_set_string (value, self->description);
      break;
    case PROP_MACHINES:
      g_value_set_object (value, self->machines);
      break;
    case PROP_LOADED:
      g_value_set_boolean (value, self->loaded);
      break;
    case PROP_STALE:
      g_value_set_boolean (value, self->stale);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
lc_lab_finalize (GObject *object)
{
  LcLab *self = LC_LAB (object);

  g_clear_object (&self->machines);
  g_free (self->account_id);
  g_free (self->provider_id);
  g_free (self->id);
  g_free (self->name);
  g_free (self->description);
  G_OBJECT_CLASS (lc_lab_parent_class)->finalize (object);
}

static void
lc_lab_class_init (LcLabClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = lc_lab_get_property;
  object_class->finalize = lc_lab_finalize;
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_ACCOUNT_ID] = g_param_spec_string ("account-id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_DESCRIPTION] = g_param_spec_string ("description", NULL, NULL, NULL, flags);
  properties[PROP_MACHINES] =
      g_param_spec_object ("machines", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE, flags);
  properties[PROP_STALE] = g_param_spec_boolean ("stale", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lc_lab_init (LcLab *self)
{
  self->machines = g_list_store_new (LC_TYPE_MACHINE);
}

LcLab *
lc_lab_new (const char *account_id, const char *id, const char *name)
{
  LcLab *self = g_object_new (LC_TYPE_LAB, NULL);

  self->account_id = g_strdup (account_id);
  self->id = g_strdup (id);
  self->name = lc_dup_printable_line (name);
  return self;
}

const char *
lc_lab_get_id (LcLab *self)
{
  return self->id;
}

const char *
lc_lab_get_account_id (LcLab *self)
{
  return self->account_id;
}

const char *
lc_lab_get_name (LcLab *self)
{
  return self->name;
}

const char *
lc_lab_get_description (LcLab *self)
{
  return self->description;
}

void
lc_lab_set_description (LcLab *self, const char *description)
{
  g_autofree char *text = lc_dup_printable_text (description);

  if (g_set_str (&self->description, text))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DESCRIPTION]);
}

const char *
lc_lab_get_provider_id (LcLab *self)
{
  return self->provider_id;
}

void
lc_lab_set_provider_id (LcLab *self, const char *provider_id)
{
  g_set_str (&self->provider_id, provider_id);
}

GListModel *
lc_lab_get_machines (LcLab *self)
{
  return G_LIST_MODEL (self->machines);
}

gboolean
lc_lab_get_loaded (LcLab *self)
{
  return self->loaded;
}

gboolean
lc_lab_get_stale (LcLab *self)
{
  return self->stale;
}

void
lc_lab_set_stale (LcLab *self, gboolean stale)
{
  if (self->stale == !!stale)
    return;

  self->stale = !!stale;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STALE]);
}

void
lc_lab_set_machines (LcLab *self, GListModel *machines)
{
  lc_list_sync (self->machines, machines, machine_id, update_machine);
  if (self->loaded)
    return;

  self->loaded = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADED]);
}

void
lc_lab_update (LcLab *self, LcLab *fresh)
{
  if (self == fresh)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  if (g_set_str (&self->name, fresh->name))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
  lc_lab_set_description (self, fresh->description);
  if (fresh->loaded)
    lc_lab_set_machines (self, G_LIST_MODEL (fresh->machines));
  lc_lab_set_stale (self, fresh->stale);
  g_object_thaw_notify (G_OBJECT (self));
}
