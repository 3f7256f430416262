/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-host-key.h"

#include <string.h>

#define FINGERPRINT_PREFIX "SHA256:"

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
  return g_strconcat (FINGERPRINT_PREFIX, text, NULL);
}

/* Takes a string (RFC 4251 5) off *@data. Returns: (nullable): where it begins */
static const guint8 *
take_string (const guint8 **data, gsize *left, gsize *length)
{
  const guint8 *start = *data + 4;
  guint32 size;

  if (*left < 4)
    return NULL;
  memcpy (&size, *data, 4);
  size = GUINT32_FROM_BE (size);
  if (size > *left - 4)
    return NULL;
  *data = start + size;
  *left -= 4 + size;
  *length = size;
  return start;
}

/* The modulus is the third field, after name and exponent (RFC 4253 6.6). */
static guint
count_rsa_bits (GBytes *blob)
{
  gsize left;
  const guint8 *data = g_bytes_get_data (blob, &left);
  const guint8 *field = NULL;
  gsize length = 0;

  for (guint i = 0; i < 3; i++)
    if ((field = take_string (&data, &left, &length)) == NULL)
      return 0;
  while (length > 0 && *field == 0)
    {
      field++;
      length--;
    }
  return length > 0 ? (guint) (length - 1) * 8 + (guint) g_bit_storage (*field) : 0;
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
lc_host_key_has_fingerprint (LcHostKey *self, const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t\r\n", -1);

  for (gsize i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], self->fingerprint) ||
        g_str_equal (words[i], self->fingerprint + strlen (FINGERPRINT_PREFIX)))
      return TRUE;
  return FALSE;
}

const char *
lc_host_key_get_kind (LcHostKey *self)
{
  if (g_str_equal (self->algorithm, "ssh-rsa"))
    return "RSA";
  if (g_str_equal (self->algorithm, "ssh-ed25519"))
    return "ED25519";
  if (g_str_has_prefix (self->algorithm, "ecdsa-sha2-nistp"))
    return "ECDSA";
  return self->algorithm;
}

guint
lc_host_key_get_bits (LcHostKey *self)
{
  if (g_str_equal (self->algorithm, "ssh-rsa"))
    return count_rsa_bits (self->blob);
  if (g_str_equal (self->algorithm, "ssh-ed25519") ||
      g_str_equal (self->algorithm, "ecdsa-sha2-nistp256"))
    return 256;
  if (g_str_equal (self->algorithm, "ecdsa-sha2-nistp384"))
    return 384;
  return g_str_equal (self->algorithm, "ecdsa-sha2-nistp521") ? 521 : 0;
}

gboolean
lc_host_key_equal (LcHostKey *self, LcHostKey *other)
{
  return g_str_equal (self->algorithm, other->algorithm) && g_bytes_equal (self->blob, other->blob);
}
