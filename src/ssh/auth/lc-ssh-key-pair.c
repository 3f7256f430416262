/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-key-pair.h"

#include <openssl/evp.h>
#include <string.h>

#include "lc-error.h"
#include "lc-ssh-wire.h"

#define ALGORITHM   "ssh-ed25519"
#define KEY_SIZE    32 /* each half: RFC 8032 */
#define BLOCK_SIZE  8  /* what the private part is padded to, without a cipher */
#define LINE_LENGTH 70 /* as ssh-keygen(1) writes it */

/* More than all that is put into one: memory that had to be moved would not be wiped. */
#define ROOM 1024

typedef struct
{
  guchar private[KEY_SIZE];
  guchar public[KEY_SIZE];
} RawKey;

static gboolean
generate (RawKey *raw)
{
  EVP_PKEY *key = EVP_PKEY_Q_keygen (NULL, NULL, "ED25519");
  size_t private_size = KEY_SIZE;
  size_t public_size = KEY_SIZE;
  gboolean done = key != NULL &&
                  EVP_PKEY_get_raw_private_key (key, raw->private, &private_size) == 1 &&
                  EVP_PKEY_get_raw_public_key (key, raw->public, &public_size) == 1;

  EVP_PKEY_free (key);
  return done;
}

static GByteArray *
make_public_blob (const RawKey *raw)
{
  GByteArray *blob = g_byte_array_new ();

  lc_ssh_wire_put_string (blob, ALGORITHM, strlen (ALGORITHM));
  lc_ssh_wire_put_string (blob, raw->public, KEY_SIZE);
  return blob;
}

static void
put_private_part (GByteArray *bytes, const RawKey *raw, const char *comment, guint32 check)
{
  guchar both[2 * KEY_SIZE];

  memcpy (both, raw->private, KEY_SIZE);
  memcpy (both + KEY_SIZE, raw->public, KEY_SIZE);
  lc_ssh_wire_put_uint32 (bytes, check);
  lc_ssh_wire_put_uint32 (bytes, check);
  lc_ssh_wire_put_string (bytes, ALGORITHM, strlen (ALGORITHM));
  lc_ssh_wire_put_string (bytes, raw->public, KEY_SIZE);
  lc_ssh_wire_put_string (bytes, both, sizeof both);
  lc_ssh_wire_put_string (bytes, comment, strlen (comment));
  for (guint8 i = 1; bytes->len % BLOCK_SIZE != 0; i++)
    lc_ssh_wire_put_byte (bytes, i);
  explicit_bzero (both, sizeof both);
}

/* Returns: (transfer full): the text of a key file */
static LcSecret *
armour (const GByteArray *bytes)
{
  char *text = g_base64_encode (bytes->data, bytes->len);
  gsize length = strlen (text);
  gsize size = length + length / LINE_LENGTH + 128;
  char *file = g_malloc0 (size);
  char *end = g_stpcpy (file, "-----BEGIN OPENSSH PRIVATE KEY-----\n");
  LcSecret *secret;

  for (gsize i = 0; i < length; i += LINE_LENGTH)
    {
      gsize n = MIN (LINE_LENGTH, length - i);

      memcpy (end, text + i, n);
      end[n] = '\n';
      end += n + 1;
    }
  g_stpcpy (end, "-----END OPENSSH PRIVATE KEY-----\n");
  lc_wipe_string (text);
  secret = lc_secret_new_take (file);
  return secret;
}

static LcSecret *
make_private_file (const RawKey *raw, const GByteArray *public_blob, const char *comment)
{
  static const char magic[] = "openssh-key-v1"; /* with its NUL */
  g_autoptr (GByteArray) whole = g_byte_array_sized_new (2 * ROOM);
  g_autoptr (GByteArray) part = g_byte_array_sized_new (ROOM);
  guint32 check = g_random_int ();
  LcSecret *file;

  put_private_part (part, raw, comment, check);
  g_byte_array_append (whole, (const guint8 *) magic, sizeof magic);
  lc_ssh_wire_put_string (whole, "none", 4); /* cipher */
  lc_ssh_wire_put_string (whole, "none", 4); /* how the key of the cipher is derived */
  lc_ssh_wire_put_string (whole, "", 0);
  lc_ssh_wire_put_uint32 (whole, 1);
  lc_ssh_wire_put_string (whole, public_blob->data, public_blob->len);
  lc_ssh_wire_put_string (whole, part->data, part->len);
  file = armour (whole);
  explicit_bzero (part->data, part->len);
  explicit_bzero (whole->data, whole->len);
  return file;
}

LcSshKeyPair *
lc_ssh_key_pair_new (const char *comment, GError **error)
{
  g_autofree char *short_comment = g_strndup (comment, ROOM / 4);
  g_autoptr (GByteArray) blob = NULL;
  g_autofree char *encoded = NULL;
  LcSshKeyPair *self;
  RawKey raw;

  if (!generate (&raw))
    {
      explicit_bzero (&raw, sizeof raw);
      g_propagate_error (error, lc_error_new (LC_ERROR_FAILED, "No key can be made"));
      return NULL;
    }
  g_strdelimit (short_comment, "\r\n", ' ');
  blob = make_public_blob (&raw);
  encoded = g_base64_encode (blob->data, blob->len);
  self = g_new0 (LcSshKeyPair, 1);
  self->private_key = make_private_file (&raw, blob, short_comment);
  self->public_line = g_strdup_printf ("%s %s %s", ALGORITHM, encoded, short_comment);
  explicit_bzero (&raw, sizeof raw);
  return self;
}

void
lc_ssh_key_pair_free (LcSshKeyPair *self)
{
  lc_secret_unref (self->private_key);
  g_free (self->public_line);
  g_free (self);
}
