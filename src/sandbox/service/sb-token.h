/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * JSON Web Tokens (RFC 7519) signed with HMAC-SHA256 (RFC 7518, 3.2) and a key that never leaves
 * the state folder. Entra signs with RS256; GLib has no RSA, and nobody but this service reads the
 * access tokens, while an id token that came straight from the token endpoint need not be verified
 * by its receiver (OpenID Connect Core, 3.1.3.7).
 */

/* Takes @claims. @key as sb_random_token() makes it. */
char *sb_token_sign (JsonObject *claims, const char *key);

/* The claims, or an error: SB_ERROR_INVALID_TOKEN, SB_ERROR_EXPIRED_TOKEN (by "exp"). */
JsonObject *sb_token_verify (const char *token, const char *key, GError **error);

G_END_DECLS
