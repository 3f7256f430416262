/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-sign-in.h"

#include "lc-config.h"
#include <glib/gi18n-lib.h>

#include "lc-error.h"

struct _LcSignIn
{
  GObject parent_instance;
  LcSignInMethod method;
  LcCloud *cloud;
  char *uri;
  char *user_code;
  GDateTime *expires_at;
  LcOperation *operation;
  DexPromise *promise;
};

G_DEFINE_ENUM_TYPE (LcSignInMethod,
                    lc_sign_in_method,
                    G_DEFINE_ENUM_VALUE (LC_SIGN_IN_BROWSER, "browser"),
                    G_DEFINE_ENUM_VALUE (LC_SIGN_IN_DEVICE_CODE, "device-code"))
G_DEFINE_FINAL_TYPE (LcSignIn, lc_sign_in, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_METHOD,
  PROP_CLOUD,
  PROP_URI,
  PROP_USER_CODE,
  PROP_EXPIRES_AT,
  PROP_OPERATION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
lc_sign_in_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LcSignIn *self = LC_SIGN_IN (object);

  switch (id)
    {
    case PROP_METHOD:
      g_value_set_enum (value, self->method);
      break;
    case PROP_CLOUD:
      g_value_set_object (value, self->cloud);
      break;
    case PROP_URI:
      g_value_set_string (value, self->uri);
      break;
    case PROP_USER_CODE:
      g_value_set_string (value, self->user_code);
      break;
    case PROP_EXPIRES_AT:
      g_value_set_boxed (value, self->expires_at);
      break;
    case PROP_OPERATION:
      g_value_set_object (value, self->operation);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
lc_sign_in_dispose (GObject *object)
{
  LcSignIn *self = LC_SIGN_IN (object);

  /* Nobody can complete it any more. */
  if (self->operation != NULL && lc_operation_is_running (self->operation))
    lc_sign_in_fail (self, lc_error_new (LC_ERROR_CANCELLED, "The sign-in was given up"));
  g_clear_object (&self->operation);
  g_clear_object (&self->cloud);
  dex_clear (&self->promise);
  G_OBJECT_CLASS (lc_sign_in_parent_class)->dispose (object);
}

static void
lc_sign_in_finalize (GObject *object)
{
  LcSignIn *self = LC_SIGN_IN (object);

  g_free (self->uri);
  g_free (self->user_code);
  g_clear_pointer (&self->expires_at, g_date_time_unref);
  G_OBJECT_CLASS (lc_sign_in_parent_class)->finalize (object);
}

static void
lc_sign_in_class_init (LcSignInClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = lc_sign_in_get_property;
  object_class->dispose = lc_sign_in_dispose;
  object_class->finalize = lc_sign_in_finalize;
  properties[PROP_METHOD] =
      g_param_spec_enum ("method", NULL, NULL, LC_TYPE_SIGN_IN_METHOD, LC_SIGN_IN_BROWSER, flags);
  properties[PROP_CLOUD] = g_param_spec_object ("cloud", NULL, NULL, LC_TYPE_CLOUD, flags);
  properties[PROP_URI] = g_param_spec_string ("uri", NULL, NULL, NULL, flags);
  properties[PROP_USER_CODE] = g_param_spec_string ("user-code", NULL, NULL, NULL, flags);
  properties[PROP_EXPIRES_AT] =
      g_param_spec_boxed ("expires-at", NULL, NULL, G_TYPE_DATE_TIME, flags);
  properties[PROP_OPERATION] =
      g_param_spec_object ("operation", NULL, NULL, LC_TYPE_OPERATION, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lc_sign_in_init (LcSignIn *self)
{
  self->promise = dex_promise_new ();
}

LcSignIn *
lc_sign_in_new (LcSignInMethod method, LcCloud *cloud)
{
  LcSignIn *self = g_object_new (LC_TYPE_SIGN_IN, NULL);
  /* Translators: %s is a service, such as "Microsoft Azure". */
  g_autofree char *title = g_strdup_printf (_ ("Signing in to %s"), lc_cloud_get_name (cloud));

  self->method = method;
  self->cloud = g_object_ref (cloud);
  self->operation = lc_operation_new (title, NULL);
  return self;
}

LcSignInMethod
lc_sign_in_get_method (LcSignIn *self)
{
  return self->method;
}

LcCloud *
lc_sign_in_get_cloud (LcSignIn *self)
{
  return self->cloud;
}

const char *
lc_sign_in_get_uri (LcSignIn *self)
{
  return self->uri;
}

const char *
lc_sign_in_get_user_code (LcSignIn *self)
{
  return self->user_code;
}

GDateTime *
lc_sign_in_get_expires_at (LcSignIn *self)
{
  return self->expires_at;
}

LcOperation *
lc_sign_in_get_operation (LcSignIn *self)
{
  return self->operation;
}

void
lc_sign_in_set_page (LcSignIn *self, const char *uri, const char *user_code, GDateTime *expires_at)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (g_set_str (&self->user_code, user_code))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_USER_CODE]);
  if (self->expires_at != expires_at)
    {
      g_clear_pointer (&self->expires_at, g_date_time_unref);
      self->expires_at = expires_at != NULL ? g_date_time_ref (expires_at) : NULL;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXPIRES_AT]);
    }
  if (g_set_str (&self->uri, uri))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_URI]);
  g_object_thaw_notify (G_OBJECT (self));
}

DexFuture *
lc_sign_in_await (LcSignIn *self)
{
  return dex_ref (DEX_FUTURE (self->promise));
}

void
lc_sign_in_complete (LcSignIn *self, LcAccount *account)
{
  if (!lc_operation_is_running (self->operation))
    return;

  lc_operation_finish (self->operation, NULL);
  dex_promise_resolve_object (self->promise, g_object_ref (account));
}

void
lc_sign_in_fail (LcSignIn *self, GError *error)
{
  g_autoptr (GError) converted = lc_error_convert (error);

  if (!lc_operation_is_running (self->operation))
    return;

  lc_operation_finish (self->operation, converted);
  dex_promise_reject (self->promise, g_steal_pointer (&converted));
}
