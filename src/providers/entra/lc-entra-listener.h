/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "lc-secret.h"

G_BEGIN_DECLS

/**
 * LcEntraListener:
 *
 * Where the browser comes back to after a sign-in (RFC 8252, 7.3): the same free port on 127.0.0.1
 * and, where there is IPv6, on ::1, since a browser may take "localhost" for either. Takes one
 * answer with the right state; everything else is turned away and changes nothing. Main thread.
 */
#define LC_TYPE_ENTRA_LISTENER (lc_entra_listener_get_type ())
G_DECLARE_FINAL_TYPE (LcEntraListener, lc_entra_listener, LC, ENTRA_LISTENER, GObject)

/* Nullable. @state: what the answer must bring back */
LcEntraListener *lc_entra_listener_new (LcSecret *state, GError **error);

/* "http://localhost:PORT/" (CONTRACTS 3.1: localhost, not an address; with the slash) */
const char *lc_entra_listener_get_redirect_uri (LcEntraListener *self);

/* Resolves to the code, an #LcSecret (boxed); rejects with what the service's error means. Call
 * once. */
DexFuture *lc_entra_listener_await_code (LcEntraListener *self) G_GNUC_WARN_UNUSED_RESULT;

/* Shows the browser how it ended. Resolves to %TRUE when the page was sent, or after two seconds.
 */
DexFuture *lc_entra_listener_answer (LcEntraListener *self,
                                     gboolean success) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
