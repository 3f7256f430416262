/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-host-key.h"

struct _LcHostKey
{
  gatomicrefcount references;
  char *algorithm;
  GBytes *blob;
  char *fingerprint;
};

G_DEFINE_BOXED_TYPE (LcHostKey, lc_host_key, lc_host_key_ref, lc_host_key_unref)

static char *
make_fingerprint (GBytes *blob)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  g_autofree char *text = NULL;

  g_checksum_update (checksum, g_bytes_get_data (blob, NULL), g_bytes_get_size (blob));
  g_checksum_get_digest (checksum, digest, &length);
  text = g_base64_encode (digest, length);
  g_strdelimit (text, "=", '\0');
  return g_strconcat ("SHA256:", text, NULL);
}

LcHostKey *
lc_host_key_new (const char *algorithm, GBytes *blob)
{
  LcHostKey *self = g_new0 (LcHostKey, 1);

  g_atomic_ref_count_init (&self->references);
  self->algorithm = g_strdup (algorithm);
  self->blob = g_bytes_ref (blob);
  self->fingerprint = make_fingerprint (blob);
  return self;
}

LcHostKey *
lc_host_key_ref (LcHostKey *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
lc_host_key_unref (LcHostKey *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_bytes_unref (self->blob);
  g_free (self->algorithm);
  g_free (self->fingerprint);
  g_free (self);
}

const char *
lc_host_key_get_algorithm (LcHostKey *self)
{
  return self->algorithm;
}

GBytes *
lc_host_key_get_blob (LcHostKey *self)
{
  return self->blob;
}

const char *
lc_host_key_get_fingerprint (LcHostKey *self)
{
  return self->fingerprint;
}

gboolean
lc_host_key_equal (LcHostKey *self, LcHostKey *other)
{
  return g_str_equal (self->algorithm, other->algorithm) && g_bytes_equal (self->blob, other->blob);
}
