/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "sb-labs.h"

G_BEGIN_DECLS

/**
 * SbRequest:
 *
 * One HTTP request with what is known of it, and the ways to answer it. Lives as long as its
 * message is handled.
 */
typedef struct
{
  SoupServerMessage *message;
  const char *method;
  const char *path;
  GHashTable *query;
  GHashTable *params; /* what stands for the {names} of the route's template */
  char *base;         /* how the caller names us: "http://127.0.0.1:4280" */
  char *uri;          /* path and query, as written */
  char *id;
  SbPerson *person; /* (nullable): whom the bearer token is for */
  SbCaller caller;
} SbRequest;

SbRequest *sb_request_new (SoupServerMessage *message, guint port);
void sb_request_free (SbRequest *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SbRequest, sb_request_free)

/* %NULL when it is not there. */
const char *sb_request_get_query (SbRequest *self, const char *name);
const char *sb_request_get_param (SbRequest *self, const char *name);

/* The body as a JSON object; an empty body is an empty object. */
JsonObject *sb_request_dup_json (SbRequest *self, GError **error);

/* The body as a form. Values that are not UTF-8 are left out. */
GHashTable *sb_request_dup_form (SbRequest *self);

/* Answers. Each may be given once. Those with JSON take it. */
void sb_request_reply_json (SbRequest *self, guint status, JsonObject *object);
void sb_request_reply_empty (SbRequest *self, guint status);
void sb_request_reply_html (SbRequest *self, guint status, char *html);
void sb_request_reply_error (SbRequest *self, const GError *error);

/* 202 with the addresses where the operation is followed. */
void sb_request_reply_operation (SbRequest *self, const SbOperation *operation);

/* A page of a list with "nextLink" where there is more; the page's bounds come from $top and
 * $skiptoken. @load returns at most @limit items (-1: all). */
typedef JsonArray *(
    *SbLoadItems) (SbRequest *self, gpointer data, gint64 offset, gint64 limit, GError **error);
gboolean sb_request_reply_list (SbRequest *self, SbLoadItems load, gpointer data, GError **error);

/* Sets @out from a text member: %NULL when it is absent or null. Fails when it is something else,
 * or absent and @required. */
gboolean sb_json_get_text (JsonObject *object,
                           const char *name,
                           gboolean required,
                           const char **out,
                           GError **error);
gboolean sb_json_get_object (JsonObject *object,
                             const char *name,
                             gboolean required,
                             JsonObject **out,
                             GError **error);
/* @out is left alone when it is absent. */
gboolean sb_json_get_bool (JsonObject *object, const char *name, gboolean *out, GError **error);
gboolean sb_json_get_int (JsonObject *object,
                          const char *name,
                          gint64 min,
                          gint64 max,
                          gint64 *out,
                          GError **error);
gboolean sb_json_get_one_of (JsonObject *object,
                             const char *name,
                             const char *const *values,
                             const char **out,
                             GError **error);
/* (transfer full) (nullable): an array of texts */
GStrv sb_json_dup_texts (JsonObject *object, const char *name, GError **error);

/* Whether @path fits @template ("/labs/{labName}"), letters in any case; puts the {names} into
 * @params when it is not %NULL. */
gboolean sb_path_match (const char *template, const char *path, GHashTable *params);

G_END_DECLS
