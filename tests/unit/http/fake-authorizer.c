/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-authorizer.h"

#include "lc-error.h"

struct _FakeAuthorizer
{
  GObject parent_instance;

  guint limit;
  guint renewals;
  char *claims;
};

static void authorizer_init (LcAuthorizerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeAuthorizer,
                               fake_authorizer,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_AUTHORIZER, authorizer_init))

static DexFuture *
fake_authorizer_get_token (LcAuthorizer *authorizer)
{
  FakeAuthorizer *self = FAKE_AUTHORIZER (authorizer);

  return dex_future_new_take_boxed (
      LC_TYPE_SECRET, lc_secret_new_take (g_strdup_printf ("token-%u", self->renewals + 1)));
}

static DexFuture *
fake_authorizer_renew_token (LcAuthorizer *authorizer, LcSecret *refused, const char *claims)
{
  FakeAuthorizer *self = FAKE_AUTHORIZER (authorizer);

  g_set_str (&self->claims, claims);
  if (self->renewals >= self->limit)
    return dex_future_new_for_error (lc_error_new (LC_ERROR_AUTH_REQUIRED, "No more tokens"));
  self->renewals++;
  return fake_authorizer_get_token (authorizer);
}

static void
authorizer_init (LcAuthorizerInterface *iface)
{
  iface->get_token = fake_authorizer_get_token;
  iface->renew_token = fake_authorizer_renew_token;
}

static void
fake_authorizer_finalize (GObject *object)
{
  g_free (FAKE_AUTHORIZER (object)->claims);
  G_OBJECT_CLASS (fake_authorizer_parent_class)->finalize (object);
}

static void
fake_authorizer_class_init (FakeAuthorizerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_authorizer_finalize;
}

static void
fake_authorizer_init (FakeAuthorizer *self)
{
}

FakeAuthorizer *
fake_authorizer_new (guint limit)
{
  FakeAuthorizer *self = g_object_new (FAKE_TYPE_AUTHORIZER, NULL);

  self->limit = limit;
  return self;
}

guint
fake_authorizer_get_renewals (FakeAuthorizer *self)
{
  return self->renewals;
}

const char *
fake_authorizer_get_claims (FakeAuthorizer *self)
{
  return self->claims;
}
