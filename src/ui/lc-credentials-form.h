/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-credentials.h"
#include "lc-keys.h"

G_BEGIN_DECLS

/**
 * LcCredentialsForm:
 *
 * Login, then how to prove who one is: password, key file, the SSH agent, or the key that was made
 * for the machine; and whether to remember it.
 *
 * Properties: valid (boolean, read-only). Signal "submitted": Enter in the last field.
 */
#define LC_TYPE_CREDENTIALS_FORM (lc_credentials_form_get_type ())
G_DECLARE_FINAL_TYPE (LcCredentialsForm,
                      lc_credentials_form,
                      LC,
                      CREDENTIALS_FORM,
                      AdwPreferencesGroup)

GtkWidget *lc_credentials_form_new (void);

/* @login: (nullable); @key: (nullable): as lc_credentials_get_key() has it */
void lc_credentials_form_fill (LcCredentialsForm *self,
                               const char *login,
                               LcAuthMethod method,
                               const char *key);

/* @keys: (nullable): offers those that the person has, as soon as they are listed */
void lc_credentials_form_set_keys (LcCredentialsForm *self, LcKeys *keys);

/* Whether the password may stay empty, since there may be one in the keyring. */
void lc_credentials_form_set_secret_optional (LcCredentialsForm *self, gboolean optional);

/* Without a keyring "remember" means until the program ends. */
void lc_credentials_form_set_session_only (LcCredentialsForm *self, gboolean session_only);

/* What is to be filled in first. Transfer none. */
GtkWidget *lc_credentials_form_get_first_row (LcCredentialsForm *self);
gboolean lc_credentials_form_get_valid (LcCredentialsForm *self);
LcAuthMethod lc_credentials_form_get_method (LcCredentialsForm *self);
const char *lc_credentials_form_get_login (LcCredentialsForm *self);
const char *lc_credentials_form_get_key (LcCredentialsForm *self); /* nullable: path, fingerprint */

/* Returns: (transfer full) (nullable): %NULL when the form is not valid, or what is needed is
 * left to the keyring */
LcCredentials *lc_credentials_form_dup_credentials (LcCredentialsForm *self);

/* Empties the fields that hold a secret. */
void lc_credentials_form_wipe (LcCredentialsForm *self);

G_END_DECLS
