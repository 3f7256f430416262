/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-fake-identity.h"

#include <lc-error.h>

struct _LcFakeIdentity
{
  GObject parent_instance;
  LcAccountStore *accounts;
  LcSignIn *sign_in;
};

static void identity_init (LcIdentityInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcFakeIdentity,
                               lc_fake_identity,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_IDENTITY, identity_init))

static gboolean
cancelled_cb (gpointer user_data)
{
  lc_sign_in_fail (user_data, lc_error_new (LC_ERROR_CANCELLED, "Given up"));
  return G_SOURCE_REMOVE;
}

static void
cancel_soon_cb (GCancellable *cancellable, LcSignIn *sign_in)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, cancelled_cb, g_object_ref (sign_in), g_object_unref);
}

static LcSignIn *
sign_in (LcIdentity *identity,
         LcCloud *cloud,
         const char *tenant,
         LcSignInMethod method,
         const char *login_hint)
{
  LcFakeIdentity *self = LC_FAKE_IDENTITY (identity);
  g_autoptr (LcSignIn) sign_in = lc_sign_in_new (method, cloud);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) expires_at = g_date_time_add_minutes (now, 15);

  lc_sign_in_set_page (sign_in, "http://127.0.0.1:9/sign-in",
                       method == LC_SIGN_IN_DEVICE_CODE ? "ABCD-1234" : NULL, expires_at);
  g_signal_connect_object (lc_operation_get_cancellable (lc_sign_in_get_operation (sign_in)),
                           "cancelled", G_CALLBACK (cancel_soon_cb), sign_in, G_CONNECT_DEFAULT);
  g_set_object (&self->sign_in, sign_in);
  return g_steal_pointer (&sign_in);
}

static DexFuture *
sign_out (LcIdentity *identity, LcAccount *account)
{
  g_autoptr (GError) error = NULL;

  if (!lc_account_store_remove (LC_FAKE_IDENTITY (identity)->accounts, lc_account_get_id (account),
                                &error))
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_for_boolean (TRUE);
}

static void
identity_init (LcIdentityInterface *iface)
{
  iface->sign_in = sign_in;
  iface->sign_out = sign_out;
}

static void
lc_fake_identity_finalize (GObject *object)
{
  LcFakeIdentity *self = LC_FAKE_IDENTITY (object);

  g_clear_object (&self->accounts);
  g_clear_object (&self->sign_in);
  G_OBJECT_CLASS (lc_fake_identity_parent_class)->finalize (object);
}

static void
lc_fake_identity_class_init (LcFakeIdentityClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_fake_identity_finalize;
}

static void
lc_fake_identity_init (LcFakeIdentity *self)
{
}

LcFakeIdentity *
lc_fake_identity_new (LcAccountStore *accounts)
{
  LcFakeIdentity *self = g_object_new (LC_TYPE_FAKE_IDENTITY, NULL);

  self->accounts = g_object_ref (accounts);
  return self;
}

LcSignIn *
lc_fake_identity_get_sign_in (LcFakeIdentity *self)
{
  return self->sign_in;
}

void
lc_fake_identity_answer (LcFakeIdentity *self, GError *error)
{
  g_autoptr (LcAccount) account = NULL;

  if (error != NULL)
    {
      lc_sign_in_fail (self->sign_in, error);
      return;
    }
  account = lc_account_new (lc_sign_in_get_cloud (self->sign_in), "tenant", "ada",
                            "ada@school.example", "Ada Lovelace");
  lc_account_store_add (self->accounts, account, NULL);
  lc_sign_in_complete (self->sign_in, account);
}
