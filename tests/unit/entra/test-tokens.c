/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "lc-entra-flow.h"
#include "lc-entra-pkce.h"
#include "lc-error.h"

#define CLIENT "99999999-8888-7777-6666-555555555555"

/* A token with this payload; nobody looks at the other parts. */
static char *
make_jwt (const char *payload)
{
  g_autofree char *base64 = g_base64_encode ((const guchar *) payload, strlen (payload));

  g_strdelimit (base64, "+", '-');
  g_strdelimit (base64, "/", '_');
  base64[strcspn (base64, "=")] = '\0';
  return g_strdup_printf ("eyJhbGciOiJub25lIn0.%s.c2ln", base64);
}

static LcEntraTokens *
read_identity (const char *payload, GError **error)
{
  g_autofree char *jwt = make_jwt (payload);
  g_autoptr (LcEntraTokens) tokens = g_new0 (LcEntraTokens, 1);

  return lc_entra_tokens_read_identity (tokens, jwt, CLIENT, error) ? g_steal_pointer (&tokens)
                                                                    : NULL;
}

/* The example of RFC 7636, appendix B. */
static void
test_challenge (void)
{
  g_autoptr (LcSecret) verifier = lc_secret_new ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  g_autofree char *challenge = lc_entra_challenge (verifier);

  g_assert_cmpstr (challenge, ==, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

static void
test_random (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int i = 0; i < 1000; i++)
    {
      g_autoptr (LcSecret) secret = lc_entra_random ();

      g_assert_cmpuint (lc_secret_get_length (secret), ==, 43);
      g_assert_true (g_hash_table_add (seen, g_strdup (lc_secret_peek (secret))));
    }
}

static void
test_base64url (void)
{
  const char *bad[] = { "a", "a+b=", "a/b=", "ab c", "====x", "aaaaa" };
  g_autofree char *plain = NULL;
  g_autofree char *padded = NULL;
  g_autofree char *empty = NULL;
  gsize length;

  plain = lc_base64url_decode ("Pz8_Pj4-YQ", &length);
  g_assert_cmpmem (plain, length, "?\?\?>>>a", 7);
  padded = lc_base64url_decode ("Pz8_Pj4-YQ==", &length);
  g_assert_cmpmem (padded, length, "?\?\?>>>a", 7);
  empty = lc_base64url_decode ("", &length);
  g_assert_cmpuint (length, ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (lc_base64url_decode (bad[i], &length));
}

static void
test_identity (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LcEntraTokens) tokens = read_identity (
      "{\"tid\": \"t-1\", \"oid\": \"o-1\", \"aud\": \"" CLIENT
      "\", \"preferred_username\": \"ada@school.example\", \"name\": \"Ada Lovelace\"}",
      &error);
  g_autoptr (LcEntraTokens) bare = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (tokens->tenant, ==, "t-1");
  g_assert_cmpstr (tokens->object_id, ==, "o-1");
  g_assert_cmpstr (tokens->user_name, ==, "ada@school.example");
  g_assert_cmpstr (tokens->display_name, ==, "Ada Lovelace");
  bare = read_identity ("{\"tid\": \"t-1\", \"oid\": \"o-1\", \"aud\": \"" CLIENT "\"}", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (bare->user_name, ==, "o-1");
  g_assert_null (bare->display_name);
}

static void
test_bad_identities (void)
{
  const char *payloads[] = {
    "{}",
    "[]",
    "nonsense",
    "{\"tid\": 1, \"oid\": \"o\", \"aud\": \"" CLIENT "\"}",
    "{\"tid\": \"../x\", \"oid\": \"o\", \"aud\": \"" CLIENT "\"}",
    "{\"tid\": \"t\", \"oid\": \"o/p\", \"aud\": \"" CLIENT "\"}",
    "{\"tid\": \"t\", \"oid\": \"o\", \"aud\": \"somebody else\"}",
    "{\"tid\": \"t\", \"oid\": \"o\"}",
    "{\"oid\": \"o\", \"aud\": \"" CLIENT "\"}",
  };
  const char *jwts[] = { "", "a.b", "a.b.c.d", "a.%%.c", "..", "x.e30.y" };

  for (gsize i = 0; i < G_N_ELEMENTS (payloads); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (read_identity (payloads[i], &error));
      g_assert_error (error, LC_ERROR, LC_ERROR_PROTOCOL);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (jwts); i++)
    {
      g_autoptr (LcEntraTokens) tokens = g_new0 (LcEntraTokens, 1);
      g_autoptr (GError) error = NULL;

      g_assert_false (lc_entra_tokens_read_identity (tokens, jwts[i], CLIENT, &error));
      g_assert_error (error, LC_ERROR, LC_ERROR_PROTOCOL);
    }
}

static void
test_errors (void)
{
  const struct
  {
    const char *code;
    LcError error;
  } errors[] = {
    { "access_denied", LC_ERROR_AUTH_FAILED },
    { "authorization_declined", LC_ERROR_AUTH_FAILED },
    { "expired_token", LC_ERROR_TIMED_OUT },
    { "invalid_grant", LC_ERROR_AUTH_REQUIRED },
    { "interaction_required", LC_ERROR_AUTH_REQUIRED },
    { "invalid_client", LC_ERROR_UNSUPPORTED },
    { "temporarily_unavailable", LC_ERROR_REMOTE_FAILED },
    { "something_new", LC_ERROR_AUTH_FAILED },
  };
  g_autoptr (GError) described =
      lc_entra_error_new (400, "invalid_grant", "AADSTS700082: The refresh token has expired.",
                          "trace");
  const LcErrorDetails *details = lc_error_get_details (described);

  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_autoptr (GError) error = lc_entra_error_new (400, errors[i].code, NULL, NULL);

      g_assert_error (error, LC_ERROR, (int) errors[i].error);
      g_assert_cmpstr (lc_error_get_details (error)->service_code, ==, errors[i].code);
    }
  g_assert_cmpstr (details->service_code, ==, "AADSTS700082");
  g_assert_cmpstr (details->service_message, ==, "AADSTS700082: The refresh token has expired.");
  g_assert_cmpstr (details->request_id, ==, "trace");
}

static void
test_authorize_uri (void)
{
  g_autoptr (LcCloud) cloud =
      lc_cloud_new ("x", NULL, "https://login.example", "https://management.example", NULL);
  g_autoptr (LcSignIn) sign_in = lc_sign_in_new (LC_SIGN_IN_BROWSER, cloud);
  g_autoptr (LcSecret) state = lc_secret_new ("the-state");
  LcEntraFlow flow = {
    .sign_in = sign_in,
    .client_id = (char *) "the-client",
    .tenant = (char *) "organizations",
    .scope = (char *) "https://management.example/.default openid",
    .login_hint = (char *) "ada@school.example",
    .claims = (char *) "{\"a\":1}",
  };
  g_autofree char *uri =
      lc_entra_flow_dup_authorize_uri (&flow, "http://localhost:5/", state, "ch");

  g_assert_cmpstr (uri, ==,
                   "https://login.example/organizations/oauth2/v2.0/authorize?response_type=code"
                   "&client_id=the-client&redirect_uri=http%3A%2F%2Flocalhost%3A5%2F"
                   "&response_mode=query"
                   "&scope=https%3A%2F%2Fmanagement.example%2F.default%20openid"
                   "&state=the-state&code_challenge=ch&code_challenge_method=S256"
                   "&login_hint=ada%40school.example&claims=%7B%22a%22%3A1%7D");
  lc_sign_in_fail (sign_in, lc_error_new (LC_ERROR_CANCELLED, "Enough"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/tokens/challenge", test_challenge);
  g_test_add_func ("/tokens/random", test_random);
  g_test_add_func ("/tokens/base64url", test_base64url);
  g_test_add_func ("/tokens/identity", test_identity);
  g_test_add_func ("/tokens/bad-identities", test_bad_identities);
  g_test_add_func ("/tokens/errors", test_errors);
  g_test_add_func ("/tokens/authorize-uri", test_authorize_uri);
  return g_test_run ();
}
