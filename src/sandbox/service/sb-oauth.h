/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sb-service.h"

G_BEGIN_DECLS

/* What the identity endpoints have in common: CONTRACTS 3. */

/* An error as the token endpoint gives it: @code is the AADSTS number. Always %TRUE, so that a
 * handler can return it: the request has its answer. */
gboolean sb_oauth_reply_error (SbRequest *request,
                               guint status,
                               const char *error,
                               guint code,
                               const char *description);

/* "AADSTSnnnnn: … Trace ID: … Correlation ID: … Timestamp: …" */
char *sb_oauth_dup_description (SbRequest *request, guint code, const char *description);

/* The tenant of the path; "common" and "organizations" are any. %FALSE: there is none such. */
gboolean sb_oauth_is_tenant (SbService *service, const char *tenant);
gboolean sb_oauth_has_person (SbService *service, const char *tenant, const SbPerson *person);

gboolean sb_oauth_is_client (const char *client_id);

/* Writes down a refresh token when the scope asks for one and answers with the tokens. */
gboolean sb_oauth_reply_tokens (SbService *service,
                                SbRequest *request,
                                const SbPerson *person,
                                const SbGrant *grant,
                                const char *scope,
                                gboolean with_client_info,
                                GError **error);

/* %NULL when @redirect_uri is none that a program on this computer may use; else as the service
 * comes back to it: with a path. */
char *sb_oauth_dup_redirect_uri (const char *redirect_uri);

/* The same but for the port: RFC 8252, 7.3. */
gboolean sb_oauth_same_redirect_uri (const char *a, const char *b);

/* Pages: sb-pages.c */

/* What a page has to show besides its own words: {{name}} in its file. Pairs of name and value
 * end with %NULL; the values are escaped. The language is what the browser prefers: English or
 * French. */
void
sb_pages_reply (SbRequest *request, guint status, const char *page, ...) G_GNUC_NULL_TERMINATED;

/* A text from texts.ini in the language of the request. */
char *sb_pages_dup_text (SbRequest *request, const char *key);

/* A sign-in that has begun: its signed token ties the form to the browser that asked for it. Takes
 * @claims. */
char *sb_pages_begin_flow (SbService *service, SbRequest *request, JsonObject *claims);

/* The claims of the flow of a posted form; %NULL when it is not from this browser or too old. */
JsonObject *sb_pages_check_flow (SbService *service, SbRequest *request, const char *flow);

G_END_DECLS
