/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-entra-identity.h"

#include "lc-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "lc-async.h"
#include "lc-entra-authorizer.h"
#include "lc-entra-flow.h"
#include "lc-error.h"

struct _LcEntraIdentity
{
  GObject parent_instance;

  LcAccountStore *accounts;
  LcSecretStore *secrets;
  LcSettings *settings;
  GHashTable *authorizers; /* account id → LcEntraAuthorizer */
};

typedef struct
{
  LcEntraIdentity *identity;
  LcEntraFlow flow;
} SigningIn;

typedef struct
{
  LcEntraIdentity *identity;
  LcAccount *account;
} SigningOut;

static void identity_init (LcIdentityInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcEntraIdentity,
                               lc_entra_identity,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_IDENTITY, identity_init))

static void
signing_in_free (gpointer data)
{
  SigningIn *signing_in = data;

  g_object_unref (signing_in->identity);
  g_object_unref (signing_in->flow.sign_in);
  g_object_unref (signing_in->flow.client);
  g_free (signing_in->flow.client_id);
  g_free (signing_in->flow.tenant);
  g_free (signing_in->flow.scope);
  g_free (signing_in->flow.login_hint);
  g_free (signing_in->flow.claims);
  g_free (signing_in);
}

static void
signing_out_free (gpointer data)
{
  SigningOut *signing_out = data;

  g_object_unref (signing_out->identity);
  g_object_unref (signing_out->account);
  g_free (signing_out);
}

/* A directory's id, a domain, or a word such as "organizations". */
static gboolean
is_tenant (const char *text)
{
  gsize length = strlen (text);

  return length >= 1 && length <= 253 && g_ascii_isalnum (text[0]) &&
         strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-") ==
             length;
}

static char *
dup_claims (LcEntraIdentity *self, const char *login_hint)
{
  LcAccount *account =
      login_hint != NULL ? lc_account_store_find (self->accounts, login_hint) : NULL;
  LcEntraAuthorizer *authorizer =
      account != NULL ? g_hash_table_lookup (self->authorizers, lc_account_get_id (account)) : NULL;

  return authorizer != NULL ? g_strdup (lc_entra_authorizer_get_claims (authorizer)) : NULL;
}

/* The one that is known already when it is still described rightly: lists then keep their place. */
static LcAccount *
make_account (LcEntraIdentity *self, LcCloud *cloud, LcEntraTokens *tokens)
{
  g_autoptr (LcAccount) account = lc_account_new (cloud, tokens->tenant, tokens->object_id,
                                                  tokens->user_name, tokens->display_name);
  LcAccount *known = lc_account_store_find (self->accounts, lc_account_get_id (account));

  if (known != NULL && g_str_equal (lc_account_get_id (known), lc_account_get_id (account)) &&
      g_strcmp0 (lc_account_get_user_name (known), lc_account_get_user_name (account)) == 0 &&
      g_strcmp0 (lc_account_get_display_name (known), lc_account_get_display_name (account)) == 0)
    return g_object_ref (known);
  return g_steal_pointer (&account);
}

/* So that people see how far the way is. */
static void
announce_steps (LcEntraFlow *flow)
{
  LcOperation *operation = lc_sign_in_get_operation (flow->sign_in);

  if (lc_sign_in_get_method (flow->sign_in) == LC_SIGN_IN_BROWSER)
    {
      lc_operation_add_step (operation, "browser", _ ("Sign in in the browser"));
      lc_operation_add_step (operation, "tokens", _ ("Finish signing in"));
    }
  else
    {
      lc_operation_add_step (operation, "code", _ ("Ask for a code"));
      lc_operation_add_step (operation, "browser", _ ("Enter the code on any device"));
    }
  lc_operation_add_step (operation, "keep", _ ("Keep the sign-in"));
}

static DexFuture *
sign_in_fiber (gpointer data)
{
  SigningIn *signing_in = data;
  LcEntraFlow *flow = &signing_in->flow;
  LcOperation *operation = lc_sign_in_get_operation (flow->sign_in);
  g_autoptr (LcEntraTokens) tokens = NULL;
  g_autoptr (LcAccount) account = NULL;
  g_autoptr (GError) error = NULL;
  LcAuthorizer *authorizer;

  announce_steps (flow);
  if (lc_sign_in_get_method (flow->sign_in) == LC_SIGN_IN_BROWSER)
    tokens = lc_entra_flow_await_browser (flow, &error);
  else
    tokens = lc_entra_flow_await_device (flow, &error);
  if (tokens == NULL)
    return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));

  account = make_account (signing_in->identity, lc_sign_in_get_cloud (flow->sign_in), tokens);
  authorizer = lc_entra_identity_get_authorizer (signing_in->identity, account);
  lc_operation_begin_step (operation, "keep", NULL);
  if (!lc_entra_authorizer_await_adopt (LC_ENTRA_AUTHORIZER (authorizer), tokens, &error))
    return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));
  if (!lc_account_store_add (signing_in->identity->accounts, account, &error))
    {
      g_message ("The list of accounts was not written: %s", error->message);
      lc_operation_set_detail (operation,
                               _ ("This computer cannot remember it: is the disk full?"));
    }
  return dex_future_new_take_object (g_steal_pointer (&account));
}

static void
signed_in_cb (gpointer owner, DexFuture *future, gpointer user_data)
{
  LcSignIn *sign_in = user_data;
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);

  if (value != NULL)
    lc_sign_in_complete (sign_in, g_value_get_object (value));
  else
    lc_sign_in_fail (sign_in, lc_error_convert (g_steal_pointer (&error)));
}

static DexFuture *
sign_out_fiber (gpointer data)
{
  SigningOut *signing_out = data;
  LcEntraIdentity *self = signing_out->identity;
  const char *id = lc_account_get_id (signing_out->account);
  LcEntraAuthorizer *authorizer = g_hash_table_lookup (self->authorizers, id);
  g_autoptr (GError) error = NULL;

  if (authorizer != NULL)
    lc_entra_authorizer_close (authorizer);
  g_hash_table_remove (self->authorizers, id);
  /* First the secrets: an account that stays in the list can be signed out again. */
  if (!dex_await (lc_secret_store_remove_account (self->secrets, id), &error))
    {
      lc_account_set_needs_sign_in (signing_out->account, TRUE);
      return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));
    }
  if (!lc_account_store_remove (self->accounts, id, &error))
    return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));
  return dex_future_new_for_boolean (TRUE);
}

static LcSignIn *
lc_entra_identity_sign_in (LcIdentity *identity,
                           LcCloud *cloud,
                           const char *tenant,
                           LcSignInMethod method,
                           const char *login_hint)
{
  LcEntraIdentity *self = LC_ENTRA_IDENTITY (identity);
  LcSignIn *sign_in = lc_sign_in_new (method, cloud);
  GCancellable *cancellable = lc_operation_get_cancellable (lc_sign_in_get_operation (sign_in));
  g_autofree char *scope = lc_cloud_dup_scope (cloud);
  SigningIn *signing_in = g_new0 (SigningIn, 1);

  signing_in->identity = g_object_ref (self);
  signing_in->flow = (LcEntraFlow) {
    .sign_in = g_object_ref (sign_in),
    .client = lc_http_client_new (lc_cloud_get_authority (cloud), NULL),
    .client_id = lc_settings_dup_client_id (self->settings),
    .tenant = tenant != NULL ? g_strdup (tenant) : lc_settings_dup_tenant (self->settings),
    .scope = g_strconcat (scope, " offline_access openid profile", NULL),
    .login_hint = g_strdup (login_hint),
    .claims = dup_claims (self, login_hint),
  };
  if (!is_tenant (signing_in->flow.tenant))
    {
      signing_in_free (signing_in);
      lc_sign_in_fail (sign_in,
                       lc_error_new (LC_ERROR_INVALID_INPUT, "That is no name of a directory"));
      return sign_in;
    }
  lc_future_to_main (lc_with_cancellable (lc_spawn (sign_in_fiber, signing_in, signing_in_free),
                                          cancellable),
                     self, signed_in_cb, g_object_ref (sign_in), g_object_unref);
  return sign_in;
}

static DexFuture *
lc_entra_identity_sign_out (LcIdentity *identity, LcAccount *account)
{
  SigningOut *signing_out = g_new0 (SigningOut, 1);

  signing_out->identity = g_object_ref (LC_ENTRA_IDENTITY (identity));
  signing_out->account = g_object_ref (account);
  return lc_spawn (sign_out_fiber, signing_out, signing_out_free);
}

static void
identity_init (LcIdentityInterface *iface)
{
  iface->sign_in = lc_entra_identity_sign_in;
  iface->sign_out = lc_entra_identity_sign_out;
}

static void
lc_entra_identity_dispose (GObject *object)
{
  LcEntraIdentity *self = LC_ENTRA_IDENTITY (object);

  g_clear_object (&self->accounts);
  g_clear_object (&self->secrets);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->authorizers, g_hash_table_unref);

  G_OBJECT_CLASS (lc_entra_identity_parent_class)->dispose (object);
}

static void
lc_entra_identity_class_init (LcEntraIdentityClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lc_entra_identity_dispose;
}

static void
lc_entra_identity_init (LcEntraIdentity *self)
{
  self->authorizers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

LcEntraIdentity *
lc_entra_identity_new (LcAccountStore *accounts, LcSecretStore *secrets, LcSettings *settings)
{
  LcEntraIdentity *self = g_object_new (LC_TYPE_ENTRA_IDENTITY, NULL);

  self->accounts = g_object_ref (accounts);
  self->secrets = g_object_ref (secrets);
  self->settings = g_object_ref (settings);
  return self;
}

LcAuthorizer *
lc_entra_identity_get_authorizer (LcEntraIdentity *self, LcAccount *account)
{
  const char *id = lc_account_get_id (account);
  LcEntraAuthorizer *authorizer = g_hash_table_lookup (self->authorizers, id);

  if (authorizer != NULL)
    {
      lc_entra_authorizer_set_account (authorizer, account);
      return LC_AUTHORIZER (authorizer);
    }
  authorizer = lc_entra_authorizer_new (account, self->secrets, self->settings);
  g_hash_table_insert (self->authorizers, g_strdup (id), authorizer);
  return LC_AUTHORIZER (authorizer);
}
