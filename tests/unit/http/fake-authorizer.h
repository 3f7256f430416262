/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-authorizer.h"

/* Gives "token-1", and after each renewal "token-2", "token-3" …; refuses after @limit renewals. */
#define FAKE_TYPE_AUTHORIZER (fake_authorizer_get_type ())
G_DECLARE_FINAL_TYPE (FakeAuthorizer, fake_authorizer, FAKE, AUTHORIZER, GObject)

FakeAuthorizer *fake_authorizer_new (guint limit);
guint fake_authorizer_get_renewals (FakeAuthorizer *self);
const char *fake_authorizer_get_claims (FakeAuthorizer *self); /* nullable: of the last renewal */
