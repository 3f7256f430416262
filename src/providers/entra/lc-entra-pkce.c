/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-entra-pkce.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#define ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

static char *
base64url_encode (const guchar *data, gsize length)
{
  char *text = g_base64_encode (data, length);

  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

LcSecret *
lc_entra_random (void)
{
  guchar bytes[32];
  LcSecret *secret;
  ssize_t got;

  do
    got = getrandom (bytes, sizeof bytes, 0);
  while (got < 0 && errno == EINTR);
  if (got != sizeof bytes)
    g_error ("The kernel gives no random numbers"); /* up to 256 bytes never come in parts */
  secret = lc_secret_new_take (base64url_encode (bytes, sizeof bytes));
  explicit_bzero (bytes, sizeof bytes);
  return secret;
}

char *
lc_entra_challenge (LcSecret *verifier)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guchar digest[32];
  gsize length = sizeof digest;

  g_checksum_update (checksum, (const guchar *) lc_secret_peek (verifier),
                     lc_secret_get_length (verifier));
  g_checksum_get_digest (checksum, digest, &length);
  return base64url_encode (digest, length);
}

char *
lc_base64url_decode (const char *text, gsize *length)
{
  gsize characters = strspn (text, ALPHABET);
  g_autofree char *base64 = NULL;
  char *data;

  if (text[characters + strspn (text + characters, "=")] != '\0' || characters % 4 == 1)
    return NULL;
  base64 = g_malloc (characters + 4);
  memcpy (base64, text, characters);
  for (; characters % 4 != 0; characters++)
    base64[characters] = '=';
  base64[characters] = '\0';
  g_strdelimit (base64, "-", '+');
  g_strdelimit (base64, "_", '/');
  data = (char *) g_base64_decode (base64, length);
  data = g_realloc (data, *length + 1);
  data[*length] = '\0';
  return data;
}
