/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-settings.h"

#include "lc-config.h"

#define KEY_CLIENT_ID           "client-id"
#define KEY_TENANT              "tenant"
#define KEY_CLOUD               "cloud"
#define KEY_CONNECT_TIMEOUT     "connect-timeout"
#define KEY_SILENCE_LIMIT       "silence-limit"
#define KEY_UNUSED_LIMIT        "unused-limit"
#define DEFAULT_CLOUD           "azure"
#define DEFAULT_CONNECT_TIMEOUT 300
#define MIN_CONNECT_TIMEOUT     10
#define DEFAULT_SILENCE_LIMIT   28
#define MIN_SILENCE_LIMIT       10

struct _LcSettings
{
  GObject parent_instance;
  GSettings *gsettings; /* NULL without the schema */
  char *cloud_id;       /* the last one chosen, without the schema */
};

G_DEFINE_FINAL_TYPE (LcSettings, lc_settings, G_TYPE_OBJECT)

static char *
dup_string (LcSettings *self, const char *key, const char *fallback)
{
  g_autofree char *value =
      self->gsettings != NULL ? g_settings_get_string (self->gsettings, key) : NULL;

  return value != NULL && *value != '\0' ? g_steal_pointer (&value) : g_strdup (fallback);
}

static guint
get_uint (LcSettings *self, const char *key, guint fallback)
{
  return self->gsettings != NULL ? g_settings_get_uint (self->gsettings, key) : fallback;
}

static void
lc_settings_finalize (GObject *object)
{
  LcSettings *self = LC_SETTINGS (object);

  g_clear_object (&self->gsettings);
  g_free (self->cloud_id);
  G_OBJECT_CLASS (lc_settings_parent_class)->finalize (object);
}

static void
lc_settings_class_init (LcSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_settings_finalize;
}

static void
lc_settings_init (LcSettings *self)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema =
      source != NULL ? g_settings_schema_source_lookup (source, LC_APP_ID, TRUE) : NULL;

  if (schema != NULL)
    self->gsettings = g_settings_new_full (schema, NULL, NULL);
}

LcSettings *
lc_settings_get_default (void)
{
  static LcSettings *settings;

  if (settings == NULL)
    settings = g_object_new (LC_TYPE_SETTINGS, NULL);
  return settings;
}

GSettings *
lc_settings_get_gsettings (LcSettings *self)
{
  return self->gsettings;
}

char *
lc_settings_dup_client_id (LcSettings *self)
{
  return dup_string (self, KEY_CLIENT_ID, LC_CLIENT_ID);
}

char *
lc_settings_dup_tenant (LcSettings *self)
{
  return dup_string (self, KEY_TENANT, LC_TENANT);
}

char *
lc_settings_dup_cloud_id (LcSettings *self)
{
  return dup_string (self, KEY_CLOUD, self->cloud_id != NULL ? self->cloud_id : DEFAULT_CLOUD);
}

void
lc_settings_set_cloud_id (LcSettings *self, const char *id)
{
  g_set_str (&self->cloud_id, id);
  /* A school may have locked it: then theirs holds. */
  if (self->gsettings != NULL && g_settings_is_writable (self->gsettings, KEY_CLOUD))
    g_settings_set_string (self->gsettings, KEY_CLOUD, id);
}

guint
lc_settings_get_connect_timeout (LcSettings *self)
{
  return MAX (get_uint (self, KEY_CONNECT_TIMEOUT, DEFAULT_CONNECT_TIMEOUT), MIN_CONNECT_TIMEOUT);
}

guint
lc_settings_get_silence_limit (LcSettings *self)
{
  return MAX (get_uint (self, KEY_SILENCE_LIMIT, DEFAULT_SILENCE_LIMIT), MIN_SILENCE_LIMIT);
}

guint
lc_settings_get_unused_limit (LcSettings *self)
{
  return get_uint (self, KEY_UNUSED_LIMIT, 0);
}
