/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-credentials.h"

struct _LcCredentials
{
  gatomicrefcount references;
  LcAuthMethod method;
  char *login;
  char *key;        /* path or fingerprint */
  LcSecret *secret; /* (atomic) */
  GSList *replaced; /* LcSecret: somebody may read one of them */
  gboolean remember;
  gboolean wants_key;
  gboolean has_replaced; /* (atomic) */
  gboolean has_expired;  /* (atomic) */
};

G_DEFINE_ENUM_TYPE (LcAuthMethod,
                    lc_auth_method,
                    G_DEFINE_ENUM_VALUE (LC_AUTH_METHOD_PASSWORD, "password"),
                    G_DEFINE_ENUM_VALUE (LC_AUTH_METHOD_KEY_FILE, "key-file"),
                    G_DEFINE_ENUM_VALUE (LC_AUTH_METHOD_AGENT, "agent"),
                    G_DEFINE_ENUM_VALUE (LC_AUTH_METHOD_STORED_KEY, "stored-key"))
G_DEFINE_BOXED_TYPE (LcCredentials, lc_credentials, lc_credentials_ref, lc_credentials_unref)

static LcCredentials *
credentials_new (LcAuthMethod method,
                 const char *login,
                 const char *key,
                 LcSecret *secret,
                 gboolean remember)
{
  LcCredentials *self = g_new0 (LcCredentials, 1);

  g_atomic_ref_count_init (&self->references);
  self->method = method;
  self->login = g_strdup (login);
  self->key = g_strdup (key);
  self->secret = secret != NULL ? lc_secret_ref (secret) : NULL;
  self->remember = remember;
  return self;
}

LcCredentials *
lc_credentials_new_password (const char *login, LcSecret *password, gboolean remember)
{
  return credentials_new (LC_AUTH_METHOD_PASSWORD, login, NULL, password, remember);
}

LcCredentials *
lc_credentials_new_key_file (const char *login,
                             const char *path,
                             LcSecret *passphrase,
                             gboolean remember)
{
  return credentials_new (LC_AUTH_METHOD_KEY_FILE, login, path, passphrase, remember);
}

LcCredentials *
lc_credentials_new_agent (const char *login, const char *fingerprint)
{
  return credentials_new (LC_AUTH_METHOD_AGENT, login, fingerprint, NULL, FALSE);
}

LcCredentials *
lc_credentials_new_stored_key (const char *login, LcSecret *key)
{
  return credentials_new (LC_AUTH_METHOD_STORED_KEY, login, NULL, key, TRUE);
}

LcCredentials *
lc_credentials_want_key (LcCredentials *self)
{
  LcCredentials *copy = credentials_new (self->method, self->login, self->key,
                                         lc_credentials_get_secret (self), self->remember);

  copy->wants_key = TRUE;
  return copy;
}

gboolean
lc_credentials_get_wants_key (LcCredentials *self)
{
  return self->wants_key;
}

LcCredentials *
lc_credentials_ref (LcCredentials *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
lc_credentials_unref (LcCredentials *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_clear_pointer (&self->secret, lc_secret_unref);
  g_slist_free_full (self->replaced, (GDestroyNotify) lc_secret_unref);
  g_free (self->login);
  g_free (self->key);
  g_free (self);
}

const char *
lc_credentials_get_login (LcCredentials *self)
{
  return self->login;
}

LcAuthMethod
lc_credentials_get_method (LcCredentials *self)
{
  return self->method;
}

const char *
lc_credentials_get_key (LcCredentials *self)
{
  return self->key;
}

const char *
lc_credentials_get_key_path (LcCredentials *self)
{
  return self->method == LC_AUTH_METHOD_KEY_FILE ? self->key : NULL;
}

LcSecret *
lc_credentials_get_secret (LcCredentials *self)
{
  return g_atomic_pointer_get (&self->secret);
}

void
lc_credentials_replace_password (LcCredentials *self, LcSecret *password)
{
  static GMutex mutex;

  g_return_if_fail (self->method == LC_AUTH_METHOD_PASSWORD);

  g_mutex_lock (&mutex);
  if (self->secret != NULL)
    self->replaced = g_slist_prepend (self->replaced, self->secret);
  g_atomic_pointer_set (&self->secret, lc_secret_ref (password));
  g_atomic_int_set (&self->has_replaced, TRUE);
  g_mutex_unlock (&mutex);
}

gboolean
lc_credentials_get_replaced (LcCredentials *self)
{
  return g_atomic_int_get (&self->has_replaced);
}

void
lc_credentials_set_expired (LcCredentials *self, gboolean expired)
{
  g_atomic_int_set (&self->has_expired, expired);
}

gboolean
lc_credentials_get_expired (LcCredentials *self)
{
  return g_atomic_int_get (&self->has_expired);
}

gboolean
lc_credentials_get_remember (LcCredentials *self)
{
  return self->remember;
}
