/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-keys.h"

struct _LcKey
{
  GObject parent_instance;
  LcAuthMethod method;
  char *path;
  char *kind;
  char *comment;
  char *fingerprint;
  gboolean encrypted;
};

G_DEFINE_FINAL_TYPE (LcKey, lc_key, G_TYPE_OBJECT)
G_DEFINE_INTERFACE (LcKeys, lc_keys, G_TYPE_OBJECT)

static void
lc_key_finalize (GObject *object)
{
  LcKey *self = LC_KEY (object);

  g_free (self->path);
  g_free (self->kind);
  g_free (self->comment);
  g_free (self->fingerprint);
  G_OBJECT_CLASS (lc_key_parent_class)->finalize (object);
}

static void
lc_key_class_init (LcKeyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_key_finalize;
}

static void
lc_key_init (LcKey *self)
{
}

static void
lc_keys_default_init (LcKeysInterface *iface)
{
}

LcKey *
lc_key_new (LcAuthMethod method,
            const char *path,
            const char *kind,
            const char *comment,
            const char *fingerprint,
            gboolean encrypted)
{
  LcKey *self = g_object_new (LC_TYPE_KEY, NULL);

  self->method = method;
  self->path = g_strdup (path);
  self->kind = g_strdup (kind);
  self->comment = comment != NULL && *comment != '\0' ? g_strdup (comment) : NULL;
  self->fingerprint = g_strdup (fingerprint);
  self->encrypted = encrypted;
  return self;
}

LcAuthMethod
lc_key_get_method (LcKey *self)
{
  return self->method;
}

const char *
lc_key_get_path (LcKey *self)
{
  return self->path;
}

const char *
lc_key_get_kind (LcKey *self)
{
  return self->kind;
}

const char *
lc_key_get_comment (LcKey *self)
{
  return self->comment;
}

const char *
lc_key_get_fingerprint (LcKey *self)
{
  return self->fingerprint;
}

gboolean
lc_key_get_encrypted (LcKey *self)
{
  return self->encrypted;
}

DexFuture *
lc_keys_list (LcKeys *self)
{
  return LC_KEYS_GET_IFACE (self)->list (self);
}

void
lc_keys_announce_steps (LcKeys *self, LcOperation *operation)
{
  LC_KEYS_GET_IFACE (self)->announce_steps (self, operation);
}

DexFuture *
lc_keys_make (LcKeys *self, LcMachine *machine, LcCredentials *credentials, LcOperation *operation)
{
  return LC_KEYS_GET_IFACE (self)->make (self, machine, credentials, operation);
}
