/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-account.h"

struct _LcAccount
{
  GObject parent_instance;
  char *id;
  LcCloud *cloud;
  char *tenant;
  char *object_id;
  char *user_name;
  char *display_name;
  gboolean needs_sign_in;
};

G_DEFINE_FINAL_TYPE (LcAccount, lc_account, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ID,
  PROP_CLOUD,
  PROP_TENANT,
  PROP_OBJECT_ID,
  PROP_USER_NAME,
  PROP_DISPLAY_NAME,
  PROP_NEEDS_SIGN_IN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
lc_account_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LcAccount *self = LC_ACCOUNT (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_CLOUD:
      g_value_set_object (value, self->cloud);
      break;
    case PROP_TENANT:
      g_value_set_string (value, self->tenant);
      break;
    case PROP_OBJECT_ID:
      g_value_set_string (value, self->object_id);
      break;
    case PROP_USER_NAME:
      g_value_set_string (value, self->user_name);
      break;
    case PROP_DISPLAY_NAME:
      g_value_set_string (value, lc_account_get_display_name (self));
      break;
    case PROP_NEEDS_SIGN_IN:
      g_value_set_boolean (value, self->needs_sign_in);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
lc_account_finalize (GObject *object)
{
  LcAccount *self = LC_ACCOUNT (object);

  g_clear_object (&self->cloud);
  g_free (self->id);
  g_free (self->tenant);
  g_free (self->object_id);
  g_free (self->user_name);
  g_free (self->display_name);
  G_OBJECT_CLASS (lc_account_parent_class)->finalize (object);
}

static void
lc_account_class_init (LcAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = lc_account_get_property;
  object_class->finalize = lc_account_finalize;
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_CLOUD] = g_param_spec_object ("cloud", NULL, NULL, LC_TYPE_CLOUD, flags);
  properties[PROP_TENANT] = g_param_spec_string ("tenant", NULL, NULL, NULL, flags);
  properties[PROP_OBJECT_ID] = g_param_spec_string ("object-id", NULL, NULL, NULL, flags);
  properties[PROP_USER_NAME] = g_param_spec_string ("user-name", NULL, NULL, NULL, flags);
  properties[PROP_DISPLAY_NAME] = g_param_spec_string ("display-name", NULL, NULL, NULL, flags);
  properties[PROP_NEEDS_SIGN_IN] = g_param_spec_boolean ("needs-sign-in", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lc_account_init (LcAccount *self)
{
}

static char *
make_id (LcCloud *cloud, const char *tenant, const char *object_id)
{
  g_autofree char *cloud_part = g_uri_escape_string (lc_cloud_get_id (cloud), ":/", FALSE);
  g_autofree char *tenant_part = g_uri_escape_string (tenant, NULL, FALSE);
  g_autofree char *object_part = g_uri_escape_string (object_id, NULL, FALSE);
  g_autofree char *id = g_strjoin ("/", cloud_part, tenant_part, object_part, NULL);

  return g_ascii_strdown (id, -1);
}

LcAccount *
lc_account_new (LcCloud *cloud,
                const char *tenant,
                const char *object_id,
                const char *user_name,
                const char *display_name)
{
  LcAccount *self = g_object_new (LC_TYPE_ACCOUNT, NULL);

  self->id = make_id (cloud, tenant, object_id);
  self->cloud = g_object_ref (cloud);
  self->tenant = g_strdup (tenant);
  self->object_id = g_strdup (object_id);
  self->user_name = g_strdup (user_name);
  self->display_name = g_strdup (display_name);
  return self;
}

const char *
lc_account_get_id (LcAccount *self)
{
  return self->id;
}

LcCloud *
lc_account_get_cloud (LcAccount *self)
{
  return self->cloud;
}

const char *
lc_account_get_tenant (LcAccount *self)
{
  return self->tenant;
}

const char *
lc_account_get_object_id (LcAccount *self)
{
  return self->object_id;
}

const char *
lc_account_get_user_name (LcAccount *self)
{
  return self->user_name;
}

const char *
lc_account_get_display_name (LcAccount *self)
{
  return self->display_name != NULL && *self->display_name != '\0' ? self->display_name
                                                                   : self->user_name;
}

gboolean
lc_account_get_needs_sign_in (LcAccount *self)
{
  return self->needs_sign_in;
}

void
lc_account_set_needs_sign_in (LcAccount *self, gboolean needs_sign_in)
{
  if (self->needs_sign_in == !!needs_sign_in)
    return;

  self->needs_sign_in = !!needs_sign_in;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NEEDS_SIGN_IN]);
}
