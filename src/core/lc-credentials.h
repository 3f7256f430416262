/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-secret.h"

G_BEGIN_DECLS

typedef enum
{
  LC_AUTH_METHOD_PASSWORD,
  LC_AUTH_METHOD_KEY_FILE,
  LC_AUTH_METHOD_AGENT,      /* the keys that an SSH agent holds */
  LC_AUTH_METHOD_STORED_KEY, /* a key made for the machine, in the keyring */
} LcAuthMethod;

#define LC_TYPE_AUTH_METHOD (lc_auth_method_get_type ())
GType lc_auth_method_get_type (void);

/**
 * LcCredentials:
 *
 * How to log in to a machine. Reference counted, and immutable but for what machines say of the
 * password: lc_credentials_replace_password() and lc_credentials_set_expired().
 */
typedef struct _LcCredentials LcCredentials;

#define LC_TYPE_CREDENTIALS (lc_credentials_get_type ())
GType lc_credentials_get_type (void);

LcCredentials *
lc_credentials_new_password (const char *login, LcSecret *password, gboolean remember);

/* @passphrase: (nullable): asked through #LcPrompt when the key turns out to need one. */
LcCredentials *lc_credentials_new_key_file (const char *login,
                                            const char *path,
                                            LcSecret *passphrase,
                                            gboolean remember);

/* @fingerprint: (nullable): "SHA256:…" of the one key to use; %NULL: those that the agent has */
LcCredentials *lc_credentials_new_agent (const char *login, const char *fingerprint);

/* @key: the private key itself, in OpenSSH's format, not encrypted */
LcCredentials *lc_credentials_new_stored_key (const char *login, LcSecret *key);

/* Returns: (transfer full): the same, and once they work a key is to be made that takes their place
 * (lc-key-maker.h) */
LcCredentials *lc_credentials_want_key (LcCredentials *self);
gboolean lc_credentials_get_wants_key (LcCredentials *self);

LcCredentials *lc_credentials_ref (LcCredentials *self);
void lc_credentials_unref (LcCredentials *self);
const char *lc_credentials_get_login (LcCredentials *self);
LcAuthMethod lc_credentials_get_method (LcCredentials *self);

/* Nullable: of a key file its path, of the agent's key its fingerprint; what tells keys apart. */
const char *lc_credentials_get_key (LcCredentials *self);
const char *lc_credentials_get_key_path (LcCredentials *self); /* nullable: only of a key file */

/* Nullable: the password, the passphrase of a key file, or the stored key. Lives as long as @self.
 */
LcSecret *lc_credentials_get_secret (LcCredentials *self);

/* The machine let nobody in before there was a new password, and took @password. All who hold @self
 * have it from now on. Any thread. */
void lc_credentials_replace_password (LcCredentials *self, LcSecret *password);
gboolean lc_credentials_get_replaced (LcCredentials *self);

/* Whether who is logged in with them has to choose a new password before anything else, as was
 * found out afterwards. Any thread. */
void lc_credentials_set_expired (LcCredentials *self, gboolean expired);
gboolean lc_credentials_get_expired (LcCredentials *self);

gboolean lc_credentials_get_remember (LcCredentials *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcCredentials, lc_credentials_unref)

G_END_DECLS
