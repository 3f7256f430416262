/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-secret-item.h"

G_DEFINE_BOXED_TYPE (LcSecretItem, lc_secret_item, lc_secret_item_copy, lc_secret_item_free)

LcSecretItem *
lc_secret_item_new (LcSecretKind kind,
                    const char *account_id,
                    const char *subject,
                    const char *label)
{
  LcSecretItem *self = g_new0 (LcSecretItem, 1);

  self->kind = kind;
  self->account_id = g_strdup (account_id != NULL ? account_id : "");
  self->subject = g_strdup (subject != NULL ? subject : "");
  self->label = g_strdup (label != NULL ? label : "");
  return self;
}

LcSecretItem *
lc_secret_item_copy (const LcSecretItem *self)
{
  return lc_secret_item_new (self->kind, self->account_id, self->subject, self->label);
}

void
lc_secret_item_free (LcSecretItem *self)
{
  g_free (self->account_id);
  g_free (self->subject);
  g_free (self->label);
  g_free (self);
}

gboolean
lc_secret_item_equal (const LcSecretItem *self, const LcSecretItem *other)
{
  return self->kind == other->kind && g_str_equal (self->account_id, other->account_id) &&
         g_str_equal (self->subject, other->subject);
}

int
lc_secret_item_compare (gconstpointer one, gconstpointer other)
{
  const LcSecretItem *const *a = one;
  const LcSecretItem *const *b = other;

  return g_utf8_collate ((*a)->label, (*b)->label);
}
