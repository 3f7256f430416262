/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-token.h"

#include <string.h>

#include "sb-error.h"
#include "sb-util.h"

static char *
dup_signature (const char *text, gsize length, const char *key)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, (const guchar *) key, strlen (key));
  guchar digest[32];
  gsize size = sizeof digest;

  g_hmac_update (hmac, (const guchar *) text, (gssize) length);
  g_hmac_get_digest (hmac, digest, &size);

  return sb_base64url_encode (digest, size);
}

/* Takes as long for a wrong signature that begins well as for any other. */
static gboolean
is_equal (const char *a, const char *b)
{
  gsize length = strlen (a);
  guchar difference = 0;

  if (length != strlen (b))
    return FALSE;

  for (gsize i = 0; i < length; i++)
    difference |= (guchar) (a[i] ^ b[i]);

  return difference == 0;
}

static JsonObject *
decode (const char *text, gsize length)
{
  g_autofree char *encoded = g_strndup (text, length);
  g_autofree guchar *json = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *terminated = NULL;
  gsize size;

  json = sb_base64url_decode (encoded, &size);
  terminated = g_strndup ((const char *) json, size);
  node = json_from_string (terminated, NULL);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_dup_object (node) : NULL;
}

char *
sb_token_sign (JsonObject *claims, const char *key)
{
  static const char header[] = "{\"typ\":\"JWT\",\"alg\":\"HS256\"}";
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), claims);
  g_autofree char *json = json_to_string (node, FALSE);
  g_autofree char *first = sb_base64url_encode ((const guchar *) header, strlen (header));
  g_autofree char *second = sb_base64url_encode ((const guchar *) json, strlen (json));
  g_autofree char *text = g_strdup_printf ("%s.%s", first, second);
  g_autofree char *signature = dup_signature (text, strlen (text), key);

  json_object_unref (claims);

  return g_strdup_printf ("%s.%s", text, signature);
}

JsonObject *
sb_token_verify (const char *token, const char *key, GError **error)
{
  const char *dot = strrchr (token, '.');
  const char *first = strchr (token, '.');
  g_autofree char *signature = NULL;
  g_autoptr (JsonObject) claims = NULL;

  if (dot != NULL && first != dot)
    {
      signature = dup_signature (token, (gsize) (dot - token), key);
      /* Nothing is read before the signature holds. */
      if (is_equal (signature, dot + 1))
        claims = decode (first + 1, (gsize) (dot - first - 1));
    }
  if (claims == NULL)
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_INVALID_TOKEN, "The access token is invalid.");
      return NULL;
    }
  if (json_object_get_int_member_with_default (claims, "exp", 0) <= sb_now () / 1000)
    {
      g_set_error_literal (error, SB_ERROR, SB_ERROR_EXPIRED_TOKEN,
                           "The access token expiry time has passed.");
      return NULL;
    }

  return g_steal_pointer (&claims);
}
