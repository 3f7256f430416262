/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk/gdk.h>

#include "lc-secret.h"

G_BEGIN_DECLS

/* How long a copied secret stays, in seconds. */
#define LC_CLIPBOARD_SECRET_SECONDS 60

/* Copies a secret: marked as one, so that clipboard histories that know the mark skip it, and
 * cleared after LC_CLIPBOARD_SECRET_SECONDS unless something else was copied meanwhile. */
void lc_clipboard_set_secret (GdkClipboard *clipboard, LcSecret *secret);

/* Clears at once what would be cleared later: before the program ends, since what is in the
 * clipboard then stays there. */
void lc_clipboard_clear_secrets (void);

G_END_DECLS
