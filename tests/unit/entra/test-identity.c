/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "await.h"
#include "lc-async.h"
#include "lc-entra-identity.h"
#include "lc-entra-pkce.h"
#include "lc-error.h"
#include "lc-memory-store.h"
#include "mock-server.h"

#define TENANT "00000000-0000-0000-0000-00000000000a"

/* A keyring that gives nothing and takes nothing. */
#define LOCKED_TYPE_STORE (locked_store_get_type ())
G_DECLARE_FINAL_TYPE (LockedStore, locked_store, LOCKED, STORE, GObject)

struct _LockedStore
{
  GObject parent_instance;
};

static void store_init (LcSecretStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LockedStore,
                               locked_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_SECRET_STORE, store_init))

/* The identity service, a person at a browser, and what the program has. */
typedef struct
{
  MockServer *server;
  SoupSession *browser;
  char *folder;
  LcCloud *cloud;
  LcAccountStore *accounts;
  LcSecretStore *secrets;
  LcEntraIdentity *identity;

  char *challenge;
  char *redirect_uri;
  guint issued; /* tokens so far: "access-N" and "refresh-N" */
  guint refreshes;
  guint polls;
  const char *device_page;   /* nullable: the page that is announced for a code */
  const char *refresh_error; /* nullable: answered instead of tokens */
  char *left_behind; /* nullable: what another process stores before the error is answered */
} Fixture;

static DexFuture *
locked (void)
{
  return dex_future_new_for_error (lc_error_new (LC_ERROR_KEYRING_LOCKED, "Locked"));
}

static DexFuture *
locked_store_lookup (LcSecretStore *store,
                     LcSecretKind kind,
                     const char *account,
                     const char *subject)
{
  return locked ();
}

static DexFuture *
locked_store_store (LcSecretStore *store,
                    LcSecretKind kind,
                    const char *account,
                    const char *subject,
                    const char *label,
                    LcSecret *secret)
{
  return locked ();
}

static DexFuture *
locked_store_remove_account (LcSecretStore *store, const char *account)
{
  return locked ();
}

static void
store_init (LcSecretStoreInterface *iface)
{
  iface->lookup = locked_store_lookup;
  iface->store = locked_store_store;
  iface->remove_account = locked_store_remove_account;
}

static void
locked_store_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_enum (value, LC_SECRET_STORE_LOCKED);
}

static void
locked_store_class_init (LockedStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = locked_store_get_property;
  g_object_class_override_property (G_OBJECT_CLASS (klass), 1, "state");
}

static void
locked_store_init (LockedStore *self)
{
}

static void
assert_field (const MockRequest *request, const char *name, const char *expected)
{
  g_autofree char *value = mock_request_dup_field (request, name);

  g_assert_cmpstr (value, ==, expected);
}

static void
issue (Fixture *fixture, SoupServerMessage *message)
{
  g_autofree char *client = lc_settings_dup_client_id (lc_settings_get_default ());
  g_autofree char *payload =
      g_strdup_printf ("{\"tid\":\"" TENANT "\",\"oid\":\"ada-1\",\"aud\":\"%s\","
                       "\"preferred_username\":\"ada@school.example\",\"name\":\"Ada\"}",
                       client);
  g_autofree char *base64 = g_base64_encode ((const guchar *) payload, strlen (payload));
  g_autofree char *answer = NULL;

  g_strdelimit (base64, "+", '-');
  g_strdelimit (base64, "/", '_');
  fixture->issued++;
  answer = g_strdup_printf ("{\"token_type\": \"Bearer\", \"expires_in\": 3600, \"access_token\":"
                            " \"access-%u\", \"refresh_token\": \"refresh-%u\", \"id_token\":"
                            " \"e30.%s.c2ln\"}",
                            fixture->issued, fixture->issued, base64);
  mock_reply (message, 200, answer);
}

static void
redeem_code (Fixture *fixture, SoupServerMessage *message, const MockRequest *request)
{
  g_autofree char *verifier = mock_request_dup_field (request, "code_verifier");
  g_autoptr (LcSecret) secret = lc_secret_new (verifier);
  g_autofree char *challenge = lc_entra_challenge (secret);

  g_assert_cmpstr (challenge, ==, fixture->challenge);
  assert_field (request, "code", "the-code");
  assert_field (request, "redirect_uri", fixture->redirect_uri);
  issue (fixture, message);
}

static DexFuture *
leave_behind (Fixture *fixture)
{
  LcAccount *account = lc_account_store_find (fixture->accounts, "ada@school.example");
  g_autoptr (LcSecret) secret = lc_secret_new (fixture->left_behind);

  return lc_secret_store_store (fixture->secrets, LC_SECRET_REFRESH_TOKEN,
                                lc_account_get_id (account), "", "test", secret);
}

static void
redeem_refresh (Fixture *fixture, SoupServerMessage *message, const MockRequest *request)
{
  g_autofree char *token = mock_request_dup_field (request, "refresh_token");

  fixture->refreshes++;
  if (g_strcmp0 (token, fixture->left_behind) == 0 || fixture->refresh_error == NULL)
    {
      issue (fixture, message);
      return;
    }
  if (fixture->left_behind != NULL)
    dex_future_disown (leave_behind (fixture));
  mock_reply (message, 400, fixture->refresh_error);
}

static void
service_cb (MockServer *server,
            SoupServerMessage *message,
            const MockRequest *request,
            guint number,
            gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autofree char *grant = mock_request_dup_field (request, "grant_type");
  g_autofree char *answer = NULL;

  if (g_str_has_suffix (request->path, "/oauth2/v2.0/devicecode"))
    {
      g_autofree char *page = g_strconcat (mock_server_get_uri (server), "/device", NULL);

      answer = g_strdup_printf ("{\"user_code\": \"AB\\u001bCD\", \"device_code\": \"the-device\","
                                " \"verification_uri\": \"%s\", \"expires_in\": 60,"
                                " \"interval\": 1}",
                                fixture->device_page != NULL ? fixture->device_page : page);
      mock_reply (message, 200, answer);
      return;
    }
  g_assert_true (g_str_has_suffix (request->path, "/oauth2/v2.0/token"));
  g_assert_cmpstr (request->method, ==, "POST");
  if (g_strcmp0 (grant, "authorization_code") == 0)
    redeem_code (fixture, message, request);
  else if (g_strcmp0 (grant, "refresh_token") == 0)
    redeem_refresh (fixture, message, request);
  else if (fixture->polls++ == 0)
    mock_reply (message, 400, "{\"error\": \"authorization_pending\"}");
  else
    issue (fixture, message);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  fixture->server = mock_server_new (service_cb, fixture);
  fixture->browser = soup_session_new_with_options ("timeout", 10, NULL);
  fixture->folder = g_dir_make_tmp ("labconnect-entra-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (fixture->folder, "accounts.ini", NULL);
  fixture->cloud = lc_cloud_new_for_url (mock_server_get_uri (fixture->server), &error);
  g_assert_no_error (error);
  fixture->accounts = lc_account_store_new (path);
  fixture->secrets = data != NULL ? g_object_new (LOCKED_TYPE_STORE, NULL) : lc_memory_store_new ();
  fixture->identity =
      lc_entra_identity_new (fixture->accounts, fixture->secrets, lc_settings_get_default ());
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "accounts.ini", NULL);

  g_unlink (path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_assert_finalize_object (fixture->identity);
  g_object_unref (fixture->accounts);
  g_object_unref (fixture->secrets);
  g_object_unref (fixture->cloud);
  g_object_unref (fixture->browser);
  mock_server_free (fixture->server);
  g_free (fixture->folder);
  g_free (fixture->challenge);
  g_free (fixture->redirect_uri);
  g_free (fixture->left_behind);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GBytes) page = soup_session_send_and_read_finish (SOUP_SESSION (object), result, NULL);

  g_assert_nonnull (page);
}

/* Does what the browser does after somebody has signed in on the page. */
static void
sign_in_at_page (Fixture *fixture, const char *uri)
{
  g_autoptr (GUri) page = g_uri_parse (uri, G_URI_FLAGS_ENCODED, NULL);
  g_autoptr (GHashTable) query = soup_form_decode (g_uri_get_query (page));
  g_autofree char *back = NULL;
  g_autoptr (SoupMessage) message = NULL;

  g_set_str (&fixture->challenge, g_hash_table_lookup (query, "code_challenge"));
  g_set_str (&fixture->redirect_uri, g_hash_table_lookup (query, "redirect_uri"));
  back = g_strdup_printf ("%s?code=the-code&state=%s", fixture->redirect_uri,
                          (const char *) g_hash_table_lookup (query, "state"));
  message = soup_message_new ("GET", back);
  soup_session_send_and_read_async (fixture->browser, message, G_PRIORITY_DEFAULT, NULL, loaded_cb,
                                    NULL);
}

static LcSignIn *
begin_sign_in (Fixture *fixture, LcSignInMethod method, const char *login_hint)
{
  LcSignIn *sign_in = lc_identity_sign_in (LC_IDENTITY (fixture->identity), fixture->cloud, NULL,
                                           method, login_hint);

  await_condition (lc_sign_in_get_uri (sign_in) != NULL, 10);
  return sign_in;
}

static LcAccount *
sign_in (Fixture *fixture)
{
  g_autoptr (LcSignIn) sign_in = begin_sign_in (fixture, LC_SIGN_IN_BROWSER, NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GValue) value = G_VALUE_INIT;

  sign_in_at_page (fixture, lc_sign_in_get_uri (sign_in));
  await_future (lc_sign_in_await (sign_in), 10, &value, &error);
  g_assert_no_error (error);
  return g_value_dup_object (&value);
}

static void
assert_token (LcAuthorizer *authorizer, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_auto (GValue) value = G_VALUE_INIT;

  await_future (lc_authorizer_get_token (authorizer), 10, &value, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (lc_secret_peek (g_value_get_boxed (&value)), ==, expected);
}

static void
assert_stored (Fixture *fixture, LcAccount *account, const char *expected)
{
  g_autoptr (LcSecret) secret =
      lc_memory_store_dup (LC_MEMORY_STORE (fixture->secrets), LC_SECRET_REFRESH_TOKEN,
                           lc_account_get_id (account), "");

  g_assert_cmpstr (secret != NULL ? lc_secret_peek (secret) : NULL, ==, expected);
}

/* The service no longer takes the access token that it gave. */
static DexFuture *
refuse_token (LcAuthorizer *authorizer, const char *token, const char *claims)
{
  g_autoptr (LcSecret) refused = lc_secret_new (token);

  return lc_authorizer_renew_token (authorizer, refused, claims);
}

static void
test_browser (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcAccount) account = sign_in (fixture);
  LcAuthorizer *authorizer = lc_entra_identity_get_authorizer (fixture->identity, account);

  g_assert_cmpstr (lc_account_get_user_name (account), ==, "ada@school.example");
  g_assert_cmpstr (lc_account_get_display_name (account), ==, "Ada");
  g_assert_cmpstr (lc_account_get_tenant (account), ==, TENANT);
  g_assert_true (lc_account_store_find (fixture->accounts, "ada@school.example") == account);
  assert_stored (fixture, account, "refresh-1");
  assert_token (authorizer, "access-1");
  g_assert_cmpuint (mock_server_count (fixture->server), ==, 1);
}

static void
test_again_is_the_same_account (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcAccount) first = sign_in (fixture);
  g_autoptr (LcAccount) second = sign_in (fixture);

  g_assert_true (first == second);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->accounts)), ==, 1);
  assert_stored (fixture, second, "refresh-2");
}

static void
test_device_code (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcSignIn) sign_in = begin_sign_in (fixture, LC_SIGN_IN_DEVICE_CODE, NULL);
  g_autoptr (GError) error = NULL;

  /* As it may be shown. */
  g_assert_cmpstr (lc_sign_in_get_user_code (sign_in), ==, "AB CD");
  g_assert_true (g_str_has_suffix (lc_sign_in_get_uri (sign_in), "/device"));
  g_assert_nonnull (lc_sign_in_get_expires_at (sign_in));
  await_future (lc_sign_in_await (sign_in), 20, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->polls, ==, 2);
}

static void
test_device_pages (Fixture *fixture, gconstpointer data)
{
  const char *const bad[] = { "http://school.example/device", "javascript:alert(1)",
                              "file:///etc/passwd", "https://a.example/\\u001b[2J",
                              "https://a.example/\xe2\x80\xaemoc" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (LcSignIn) sign_in = NULL;
      g_autoptr (GError) error = NULL;

      fixture->device_page = bad[i];
      sign_in = lc_identity_sign_in (LC_IDENTITY (fixture->identity), fixture->cloud, NULL,
                                     LC_SIGN_IN_DEVICE_CODE, NULL);
      g_assert_false (await_future (lc_sign_in_await (sign_in), 20, NULL, &error));
      g_assert_error (error, LC_ERROR, LC_ERROR_PROTOCOL);
      g_assert_null (lc_sign_in_get_uri (sign_in));
    }
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcSignIn) sign_in = begin_sign_in (fixture, LC_SIGN_IN_BROWSER, NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) uri = g_uri_parse (lc_sign_in_get_uri (sign_in), G_URI_FLAGS_ENCODED, NULL);
  g_autoptr (GHashTable) query = soup_form_decode (g_uri_get_query (uri));
  g_autoptr (GUri) back = g_uri_parse (g_hash_table_lookup (query, "redirect_uri"), 0, NULL);

  lc_operation_cancel (lc_sign_in_get_operation (sign_in));
  g_assert_false (await_future (lc_sign_in_await (sign_in), 10, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_CANCELLED);
  await_condition (g_socket_client_connect_to_host (client, "127.0.0.1", g_uri_get_port (back),
                                                    NULL, NULL) == NULL,
                   10);
}

static void
test_bad_tenant (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcSignIn) sign_in =
      lc_identity_sign_in (LC_IDENTITY (fixture->identity), fixture->cloud, "../evil",
                           LC_SIGN_IN_BROWSER, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (await_future (lc_sign_in_await (sign_in), 10, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_INVALID_INPUT);
}

static void
test_refresh (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcAccount) account = sign_in (fixture);
  LcAuthorizer *authorizer = lc_entra_identity_get_authorizer (fixture->identity, account);
  g_autoptr (DexFuture) first = refuse_token (authorizer, "access-1", NULL);
  g_autoptr (DexFuture) second = refuse_token (authorizer, "access-1", NULL);
  g_autoptr (DexFuture) third = lc_authorizer_get_token (authorizer);
  DexFuture *futures[] = { first, second, third };

  for (gsize i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;

      g_assert_true (await_future (dex_ref (futures[i]), 10, &value, NULL));
      g_assert_cmpstr (lc_secret_peek (g_value_get_boxed (&value)), ==, "access-2");
    }
  g_assert_cmpuint (fixture->refreshes, ==, 1);
  assert_stored (fixture, account, "refresh-2");
  assert_field (mock_server_get_request (fixture->server, 1), "refresh_token", "refresh-1");
  g_assert_cmpstr (mock_server_get_request (fixture->server, 1)->path, ==,
                   "/" TENANT "/oauth2/v2.0/token");
  assert_token (authorizer, "access-2");
}

/* A caller that gives up does not take the token away from the others. */
static void
test_refresh_survives_a_caller (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcAccount) account = sign_in (fixture);
  LcAuthorizer *authorizer = lc_entra_identity_get_authorizer (fixture->identity, account);
  DexFuture *given_up = lc_with_timeout (refuse_token (authorizer, "access-1", NULL), 10000);
  g_autoptr (DexFuture) waiting = lc_authorizer_get_token (authorizer);

  dex_clear (&given_up);
  g_assert_true (await_future (g_steal_pointer (&waiting), 10, NULL, NULL));
  g_assert_cmpuint (fixture->refreshes, ==, 1);
  assert_stored (fixture, account, "refresh-2");
}

static void
test_refresh_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcAccount) account = sign_in (fixture);
  LcAuthorizer *authorizer = lc_entra_identity_get_authorizer (fixture->identity, account);
  g_autoptr (GError) error = NULL;
  g_autoptr (LcAccount) again = NULL;

  fixture->refresh_error = "{\"error\": \"invalid_grant\", \"error_description\":"
                           " \"AADSTS700082: Expired.\"}";
  g_assert_false (await_future (refuse_token (authorizer, "access-1", NULL), 10, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_AUTH_REQUIRED);
  g_assert_cmpstr (lc_error_get_details (error)->service_code, ==, "AADSTS700082");
  g_assert_true (lc_account_get_needs_sign_in (account));
  again = sign_in (fixture);
  g_assert_false (lc_account_get_needs_sign_in (again));
}

static void
test_another_process_was_first (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcAccount) account = sign_in (fixture);
  LcAuthorizer *authorizer = lc_entra_identity_get_authorizer (fixture->identity, account);

  fixture->refresh_error = "{\"error\": \"invalid_grant\"}";
  fixture->left_behind = g_strdup ("refresh-of-another");
  g_assert_true (await_future (refuse_token (authorizer, "access-1", NULL), 10, NULL, NULL));
  g_assert_cmpuint (fixture->refreshes, ==, 2);
  g_assert_false (lc_account_get_needs_sign_in (account));
}

static void
test_claims (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcAccount) account = sign_in (fixture);
  LcAuthorizer *authorizer = lc_entra_identity_get_authorizer (fixture->identity, account);
  g_autoptr (GError) error = NULL;
  g_autoptr (LcSignIn) again = NULL;

  g_assert_false (
      await_future (refuse_token (authorizer, "access-1", "{\"a\":1}"), 10, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_AUTH_REQUIRED);
  g_assert_true (lc_account_get_needs_sign_in (account));
  g_assert_cmpuint (fixture->refreshes, ==, 0);
  again = begin_sign_in (fixture, LC_SIGN_IN_BROWSER, "ada@school.example");
  g_assert_nonnull (strstr (lc_sign_in_get_uri (again), "&claims=%7B%22a%22%3A1%7D"));
  g_assert_nonnull (strstr (lc_sign_in_get_uri (again), "&login_hint=ada%40school.example"));
  sign_in_at_page (fixture, lc_sign_in_get_uri (again));
  g_assert_true (await_future (lc_sign_in_await (again), 10, NULL, NULL));
  g_assert_false (lc_account_get_needs_sign_in (account));
}

static void
test_sign_out (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcAccount) account = sign_in (fixture);
  g_autoptr (LcAuthorizer) authorizer =
      g_object_ref (lc_entra_identity_get_authorizer (fixture->identity, account));
  g_autoptr (GError) error = NULL;

  g_assert_true (await_future (lc_identity_sign_out (LC_IDENTITY (fixture->identity), account), 10,
                               NULL, NULL));
  assert_stored (fixture, account, NULL);
  g_assert_null (lc_account_store_find (fixture->accounts, lc_account_get_id (account)));
  g_assert_false (await_future (lc_authorizer_get_token (authorizer), 10, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_AUTH_REQUIRED);
  g_assert_cmpuint (fixture->refreshes, ==, 0);
}

/* The program was started anew. */
static void
test_nothing_stored (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcAccount) account =
      lc_account_new (fixture->cloud, TENANT, "bob", "bob@school.example", NULL);
  LcAuthorizer *authorizer = lc_entra_identity_get_authorizer (fixture->identity, account);
  g_autoptr (GError) error = NULL;

  g_assert_false (await_future (lc_authorizer_get_token (authorizer), 10, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_AUTH_REQUIRED);
  g_assert_true (lc_account_get_needs_sign_in (account));
}

static void
test_locked_keyring (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LcAccount) account = sign_in (fixture);
  LcAuthorizer *authorizer = lc_entra_identity_get_authorizer (fixture->identity, account);
  g_autoptr (LcAccount) stranger =
      lc_account_new (fixture->cloud, TENANT, "bob", "bob@school.example", NULL);
  g_autoptr (GError) error = NULL;

  /* What the keyring did not take is kept in memory. */
  g_assert_true (await_future (refuse_token (authorizer, "access-1", NULL), 10, NULL, NULL));
  assert_field (mock_server_get_request (fixture->server, 1), "refresh_token", "refresh-1");
  g_assert_true (await_future (refuse_token (authorizer, "access-2", NULL), 10, NULL, NULL));
  assert_field (mock_server_get_request (fixture->server, 2), "refresh_token", "refresh-2");
  /* There may be a token in it: no reason to sign in again. */
  authorizer = lc_entra_identity_get_authorizer (fixture->identity, stranger);
  g_assert_false (await_future (lc_authorizer_get_token (authorizer), 10, NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_KEYRING_LOCKED);
  g_assert_false (lc_account_get_needs_sign_in (stranger));
  g_clear_error (&error);
  g_assert_false (await_future (lc_identity_sign_out (LC_IDENTITY (fixture->identity), account), 10,
                                NULL, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_KEYRING_LOCKED);
  g_assert_nonnull (lc_account_store_find (fixture->accounts, lc_account_get_id (account)));
}

#define ADD(path, data, function)                                                                  \
  g_test_add ("/identity/" path, Fixture, data, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  ADD ("browser", NULL, test_browser);
  ADD ("again-is-the-same-account", NULL, test_again_is_the_same_account);
  ADD ("device-code", NULL, test_device_code);
  ADD ("device-pages", NULL, test_device_pages);
  ADD ("cancel", NULL, test_cancel);
  ADD ("bad-tenant", NULL, test_bad_tenant);
  ADD ("refresh", NULL, test_refresh);
  ADD ("refresh-survives-a-caller", NULL, test_refresh_survives_a_caller);
  ADD ("refresh-refused", NULL, test_refresh_refused);
  ADD ("another-process-was-first", NULL, test_another_process_was_first);
  ADD ("claims", NULL, test_claims);
  ADD ("sign-out", NULL, test_sign_out);
  ADD ("nothing-stored", NULL, test_nothing_stored);
  ADD ("locked-keyring", "locked", test_locked_keyring);
  return g_test_run ();
}
