/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-trusted-key.h"

/* Enough to tell machines apart, and short enough for a comment. */
#define MACHINE_DIGITS 16

G_DEFINE_ENUM_TYPE (LcTrustSource,
                    lc_trust_source,
                    G_DEFINE_ENUM_VALUE (LC_TRUST_ASKED, "asked"),
                    G_DEFINE_ENUM_VALUE (LC_TRUST_RESET, "reset"),
                    G_DEFINE_ENUM_VALUE (LC_TRUST_OPENSSH, "openssh"))
G_DEFINE_BOXED_TYPE (LcTrustedKey, lc_trusted_key, lc_trusted_key_copy, lc_trusted_key_free)

const char *
lc_trust_source_name (LcTrustSource source)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (LC_TYPE_TRUST_SOURCE);
  GEnumValue *value = g_enum_get_value (class, (int) source);

  return value != NULL ? value->value_nick : NULL;
}

LcTrustedKey *
lc_trusted_key_new (const char *alias, LcHostKey *key)
{
  LcTrustedKey *self = g_new0 (LcTrustedKey, 1);

  self->alias = g_strdup (alias);
  self->key = lc_host_key_ref (key);
  return self;
}

LcTrustedKey *
lc_trusted_key_copy (const LcTrustedKey *self)
{
  LcTrustedKey *copy = lc_trusted_key_new (self->alias, self->key);

  copy->machine = g_strdup (self->machine);
  copy->incarnation = self->incarnation;
  copy->machine_name = g_strdup (self->machine_name);
  copy->when = self->when != NULL ? g_date_time_ref (self->when) : NULL;
  copy->source = self->source;
  copy->by = g_strdup (self->by);
  return copy;
}

void
lc_trusted_key_free (LcTrustedKey *self)
{
  g_free (self->alias);
  g_free (self->machine);
  g_free (self->machine_name);
  lc_host_key_unref (self->key);
  g_clear_pointer (&self->when, g_date_time_unref);
  g_free (self->by);
  g_free (self);
}

char *
lc_trusted_key_dup_machine (const char *machine_id)
{
  g_autofree char *lower = g_ascii_strdown (machine_id, -1);
  char *digits = g_compute_checksum_for_string (G_CHECKSUM_SHA256, lower, -1);

  digits[MACHINE_DIGITS] = '\0';
  return digits;
}
