/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-clipboard.h"

/* The mark that KDE's Klipper introduced and that other clipboard histories have adopted:
 * https://phabricator.kde.org/D12539 */
#define SECRET_HINT_TYPE "x-kde-passwordManagerHint"
#define SECRET_HINT      "secret"

typedef struct
{
  GdkClipboard *clipboard;
  GdkContentProvider *content;
  guint source;
} Expiry;

static GPtrArray *pending; /* Expiry; the timers own them */

static void
expiry_free (Expiry *expiry)
{
  g_ptr_array_remove (pending, expiry);
  g_object_unref (expiry->clipboard);
  g_object_unref (expiry->content);
  g_free (expiry);
}

/* Only what we have put there; the person may have copied something else meanwhile. */
static gboolean
expire_cb (gpointer user_data)
{
  Expiry *expiry = user_data;

  if (gdk_clipboard_get_content (expiry->clipboard) == expiry->content)
    gdk_clipboard_set_content (expiry->clipboard, NULL);

  return G_SOURCE_REMOVE;
}

static GdkContentProvider *
provider_for_secret (LcSecret *secret)
{
  static const char *const types[] = { "text/plain;charset=utf-8", "text/plain" };
  GdkContentProvider *providers[G_N_ELEMENTS (types) + 1];
  g_autoptr (GBytes) hint = g_bytes_new_static (SECRET_HINT, strlen (SECRET_HINT));
  /* The bytes live in the secret, which wipes them. */
  g_autoptr (GBytes) text =
      g_bytes_new_with_free_func (lc_secret_peek (secret), lc_secret_get_length (secret),
                                  (GDestroyNotify) lc_secret_unref, lc_secret_ref (secret));

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    providers[i] = gdk_content_provider_new_for_bytes (types[i], text);
  providers[G_N_ELEMENTS (types)] = gdk_content_provider_new_for_bytes (SECRET_HINT_TYPE, hint);

  return gdk_content_provider_new_union (providers, G_N_ELEMENTS (providers));
}

void
lc_clipboard_set_secret (GdkClipboard *clipboard, LcSecret *secret)
{
  GdkContentProvider *content = provider_for_secret (secret);
  Expiry *expiry = g_new0 (Expiry, 1);

  gdk_clipboard_set_content (clipboard, content);
  expiry->clipboard = g_object_ref (clipboard);
  expiry->content = content;
  expiry->source = g_timeout_add_seconds_full (G_PRIORITY_DEFAULT, LC_CLIPBOARD_SECRET_SECONDS,
                                               expire_cb, expiry, (GDestroyNotify) expiry_free);
  if (pending == NULL)
    pending = g_ptr_array_new ();
  g_ptr_array_add (pending, expiry);
}

void
lc_clipboard_clear_secrets (void)
{
  while (pending != NULL && pending->len > 0)
    {
      Expiry *expiry = g_ptr_array_index (pending, 0);

      expire_cb (expiry);
      g_source_remove (expiry->source);
    }
}
