/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-entra-authorizer.h"

#include "lc-config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <time.h>

#include "lc-async.h"
#include "lc-dirs.h"
#include "lc-error.h"

#define TURN_LIMIT_US (30 * (gint64) G_USEC_PER_SEC)
#define TURN_POLL_MS  50

#define AHEAD         300 /* s before a token ends; a quarter of its life when that is shorter */

struct _LcEntraAuthorizer
{
  GObject parent_instance;

  LcAccount *account;
  LcSecretStore *secrets;
  LcSettings *settings;
  LcHttpClient *client;

  LcSecret *access_token;
  gint64 refresh_at; /* boot time, s */
  gint64 expires_at;
  LcSecret *session_refresh_token; /* the keyring did not take it */
  DexFuture *refreshing;
  char *claims;
  gboolean closed;
};

static void authorizer_init (LcAuthorizerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcEntraAuthorizer,
                               lc_entra_authorizer,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_AUTHORIZER, authorizer_init))

/* Goes on while the computer sleeps, as the token's life does. */
static gint64
now_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);
  return now.tv_sec;
}

static void
set_access_token (LcEntraAuthorizer *self, LcSecret *token, gint64 life)
{
  g_clear_pointer (&self->access_token, lc_secret_unref);
  if (token == NULL)
    return;
  self->access_token = lc_secret_ref (token);
  self->expires_at = now_seconds () + life;
  self->refresh_at = self->expires_at - MIN (AHEAD, life / 4);
}

static DexFuture *
lookup (LcEntraAuthorizer *self)
{
  if (self->session_refresh_token != NULL)
    return dex_future_new_take_boxed (LC_TYPE_SECRET, lc_secret_ref (self->session_refresh_token));
  return lc_secret_store_lookup (self->secrets, LC_SECRET_REFRESH_TOKEN,
                                 lc_account_get_id (self->account), "");
}

static DexFuture *
store (LcEntraAuthorizer *self, LcSecret *token)
{
  g_autofree char *label =
      g_strdup_printf (_ ("LabConnect: sign-in of %s"), lc_account_get_user_name (self->account));

  return lc_secret_store_store (self->secrets, LC_SECRET_REFRESH_TOKEN,
                                lc_account_get_id (self->account), "", label, token);
}

static gboolean
await_store (LcEntraAuthorizer *self, LcSecret *token, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (dex_await (store (self, token), &local_error))
    {
      g_clear_pointer (&self->session_refresh_token, lc_secret_unref);
      return TRUE;
    }
  if (lc_error_is_cancelled (local_error))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  g_message ("The sign-in stays in memory until the program ends: %s", local_error->message);
  g_clear_pointer (&self->session_refresh_token, lc_secret_unref);
  self->session_refresh_token = lc_secret_ref (token);
  return TRUE;
}

static GError *
need_sign_in (LcEntraAuthorizer *self, GError *error)
{
  if (g_error_matches (error, LC_ERROR, LC_ERROR_NOT_FOUND))
    {
      g_error_free (error);
      error = lc_error_new (LC_ERROR_AUTH_REQUIRED, "There is no stored sign-in for this account");
    }
  if (g_error_matches (error, LC_ERROR, LC_ERROR_AUTH_REQUIRED))
    {
      set_access_token (self, NULL, 0);
      lc_account_set_needs_sign_in (self->account, TRUE);
    }
  return error;
}

static LcEntraTokens *
redeem (LcEntraAuthorizer *self, LcSecret *refresh_token, char **oauth_error, GError **error)
{
  g_autofree char *client_id = lc_settings_dup_client_id (self->settings);
  g_autofree char *scope = lc_cloud_dup_scope (lc_account_get_cloud (self->account));
  g_autofree char *scopes = g_strconcat (scope, " offline_access openid profile", NULL);
  LcHttpRequest *request =
      lc_entra_request_new (lc_account_get_tenant (self->account), "token", client_id);

  lc_http_request_add_field (request, "grant_type", "refresh_token");
  lc_http_request_add_secret_field (request, "refresh_token", refresh_token);
  lc_http_request_add_field (request, "scope", scopes);
  return lc_entra_await_tokens (self->client, request, client_id, FALSE, oauth_error, error);
}

/* Another process of this program may have used the stored token and left its successor. */
static LcSecret *
await_successor (LcEntraAuthorizer *self, LcSecret *used)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LcSecret) stored = dex_await_boxed (lookup (self), &error);

  if (stored == NULL)
    {
      g_debug ("No successor of the refresh token: %s", error->message);
      return NULL;
    }
  return lc_secret_equal (stored, used) ? NULL : g_steal_pointer (&stored);
}

static LcEntraTokens *
await_refresh (LcEntraAuthorizer *self, GError **error)
{
  g_autoptr (LcSecret) refresh_token = dex_await_boxed (lookup (self), error);
  g_autoptr (LcSecret) successor = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *oauth_error = NULL;
  LcEntraTokens *tokens;

  if (refresh_token == NULL)
    return NULL;
  tokens = redeem (self, refresh_token, &oauth_error, &local_error);
  if (tokens == NULL && g_strcmp0 (oauth_error, "invalid_grant") == 0)
    successor = await_successor (self, refresh_token);
  if (successor != NULL)
    return redeem (self, successor, NULL, error);
  if (tokens == NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return tokens;
}

/* A refresh token is spent by its use, and a service may withdraw the whole sign-in when it comes
 * twice: of all processes of this program one does it at a time. Without a turn it is done all the
 * same. Returns a file whose lock is the turn, or -1. */
static int
await_turn (LcEntraAuthorizer *self)
{
  g_autofree char *digits =
      g_compute_checksum_for_string (G_CHECKSUM_SHA256, lc_account_get_id (self->account), -1);
  g_autofree char *name = g_strdup_printf ("sign-in-%.16s.lock", digits);
  g_autofree char *path = lc_dirs_runtime_file (name);
  gint64 start = g_get_monotonic_time ();
  int turn = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  while (turn >= 0 && flock (turn, LOCK_EX | LOCK_NB) != 0)
    {
      g_autoptr (GError) error = NULL;

      if (errno != EWOULDBLOCK || g_get_monotonic_time () - start > TURN_LIMIT_US)
        {
          g_debug ("Another process keeps its turn to refresh a token");
          break;
        }
      if (!dex_await (lc_sleep (TURN_POLL_MS), &error))
        {
          g_debug ("Waiting for a turn: %s", error->message);
          break;
        }
    }
  return turn;
}

static DexFuture *
refresh_fiber (gpointer data)
{
  LcEntraAuthorizer *self = data;
  g_autofd int turn = await_turn (self);
  g_autoptr (LcEntraTokens) tokens = NULL;
  g_autoptr (GError) error = NULL;

  tokens = await_refresh (self, &error);
  if (tokens != NULL && lc_entra_authorizer_await_adopt (self, tokens, &error))
    return dex_future_new_take_boxed (LC_TYPE_SECRET, lc_secret_ref (tokens->access_token));
  error = need_sign_in (self, lc_error_convert (g_steal_pointer (&error)));
  /* Refreshing ahead of time failed, but the token has some minutes left. */
  if (self->access_token != NULL && now_seconds () < self->expires_at)
    {
      g_debug ("The token is kept to its end: %s", error->message);
      return dex_future_new_take_boxed (LC_TYPE_SECRET, lc_secret_ref (self->access_token));
    }
  return dex_future_new_for_error (g_steal_pointer (&error));
}

static void
refreshed_cb (gpointer owner, DexFuture *future, gpointer user_data)
{
  LcEntraAuthorizer *self = owner;

  if (self->refreshing == future)
    dex_clear (&self->refreshing);
}

/* One at a time, for all who wait; it ends also when none of them does any longer, since the token
 * that it used is spent. */
static DexFuture *
refresh (LcEntraAuthorizer *self)
{
  if (self->closed)
    return dex_future_new_for_error (lc_error_new (LC_ERROR_AUTH_REQUIRED, "Signed out"));
  if (self->refreshing == NULL || !dex_future_is_pending (self->refreshing))
    {
      dex_clear (&self->refreshing);
      self->refreshing = lc_spawn (refresh_fiber, g_object_ref (self), g_object_unref);
      lc_future_to_main (dex_ref (self->refreshing), self, refreshed_cb, NULL, NULL);
    }
  return dex_ref (self->refreshing);
}

static DexFuture *
lc_entra_authorizer_get_token (LcAuthorizer *authorizer)
{
  LcEntraAuthorizer *self = LC_ENTRA_AUTHORIZER (authorizer);

  if (self->access_token != NULL && now_seconds () < self->refresh_at)
    return dex_future_new_take_boxed (LC_TYPE_SECRET, lc_secret_ref (self->access_token));
  return refresh (self);
}

static DexFuture *
lc_entra_authorizer_renew_token (LcAuthorizer *authorizer, LcSecret *refused, const char *claims)
{
  LcEntraAuthorizer *self = LC_ENTRA_AUTHORIZER (authorizer);

  if (claims != NULL)
    {
      g_set_str (&self->claims, claims);
      return dex_future_new_for_error (need_sign_in (
          self, lc_error_new (LC_ERROR_AUTH_REQUIRED, "The service asks for another sign-in")));
    }
  if (self->access_token != NULL && !lc_secret_equal (self->access_token, refused))
    return dex_future_new_take_boxed (LC_TYPE_SECRET, lc_secret_ref (self->access_token));
  set_access_token (self, NULL, 0);
  return refresh (self);
}

static void
authorizer_init (LcAuthorizerInterface *iface)
{
  iface->get_token = lc_entra_authorizer_get_token;
  iface->renew_token = lc_entra_authorizer_renew_token;
}

static void
lc_entra_authorizer_dispose (GObject *object)
{
  LcEntraAuthorizer *self = LC_ENTRA_AUTHORIZER (object);

  dex_clear (&self->refreshing);
  g_clear_object (&self->account);
  g_clear_object (&self->secrets);
  g_clear_object (&self->settings);
  g_clear_object (&self->client);
  g_clear_pointer (&self->access_token, lc_secret_unref);
  g_clear_pointer (&self->session_refresh_token, lc_secret_unref);

  G_OBJECT_CLASS (lc_entra_authorizer_parent_class)->dispose (object);
}

static void
lc_entra_authorizer_finalize (GObject *object)
{
  g_free (LC_ENTRA_AUTHORIZER (object)->claims);

  G_OBJECT_CLASS (lc_entra_authorizer_parent_class)->finalize (object);
}

static void
lc_entra_authorizer_class_init (LcEntraAuthorizerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lc_entra_authorizer_dispose;
  object_class->finalize = lc_entra_authorizer_finalize;
}

static void
lc_entra_authorizer_init (LcEntraAuthorizer *self)
{
}

LcEntraAuthorizer *
lc_entra_authorizer_new (LcAccount *account, LcSecretStore *secrets, LcSettings *settings)
{
  LcEntraAuthorizer *self = g_object_new (LC_TYPE_ENTRA_AUTHORIZER, NULL);

  self->account = g_object_ref (account);
  self->secrets = g_object_ref (secrets);
  self->settings = g_object_ref (settings);
  self->client = lc_http_client_new (lc_cloud_get_authority (lc_account_get_cloud (account)), NULL);
  return self;
}

void
lc_entra_authorizer_set_account (LcEntraAuthorizer *self, LcAccount *account)
{
  g_return_if_fail (LC_IS_ENTRA_AUTHORIZER (self));

  g_set_object (&self->account, account);
}

const char *
lc_entra_authorizer_get_claims (LcEntraAuthorizer *self)
{
  g_return_val_if_fail (LC_IS_ENTRA_AUTHORIZER (self), NULL);

  return self->claims;
}

gboolean
lc_entra_authorizer_await_adopt (LcEntraAuthorizer *self, LcEntraTokens *tokens, GError **error)
{
  if (self->closed)
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_AUTH_REQUIRED, "Signed out"));
      return FALSE;
    }
  set_access_token (self, tokens->access_token, tokens->expires_in);
  g_clear_pointer (&self->claims, g_free);
  lc_account_set_needs_sign_in (self->account, FALSE);
  return tokens->refresh_token == NULL || await_store (self, tokens->refresh_token, error);
}

void
lc_entra_authorizer_close (LcEntraAuthorizer *self)
{
  g_return_if_fail (LC_IS_ENTRA_AUTHORIZER (self));

  self->closed = TRUE;
  set_access_token (self, NULL, 0);
  g_clear_pointer (&self->session_refresh_token, lc_secret_unref);
}
