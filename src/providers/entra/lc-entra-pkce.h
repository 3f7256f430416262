/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-secret.h"

G_BEGIN_DECLS

/* 256 random bits from the kernel as 43 characters of base64url: a `state`, or a code verifier
 * (RFC 7636, 4.1). */
LcSecret *lc_entra_random (void);

/* The S256 challenge of a verifier (RFC 7636, 4.2). */
char *lc_entra_challenge (LcSecret *verifier);

/**
 * lc_base64url_decode:
 * @text: base64url with or without padding (RFC 4648, 5)
 * @length: (out): of what is returned, without the NUL that is added
 *
 * Returns: (nullable) (transfer full): the bytes; %NULL when @text has other characters
 */
char *lc_base64url_decode (const char *text, gsize *length);

G_END_DECLS
