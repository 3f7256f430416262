/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

/**
 * MockServer:
 *
 * An HTTP server in the test's own main loop, on a free port of 127.0.0.1. It remembers what it was
 * asked; the test's handler answers.
 */
typedef struct _MockServer MockServer;

typedef struct
{
  char *method;
  char *path;  /* as sent, escaped */
  char *query; /* as sent; "" for none */
  char *body;
  char *authorization; /* nullable, as all headers */
  char *content_type;
  char *content_length;
  char *user_agent;
} MockRequest;

/* @number: how many requests came before */
typedef void (*MockHandler) (MockServer *self,
                             SoupServerMessage *message,
                             const MockRequest *request,
                             guint number,
                             gpointer user_data);

MockServer *mock_server_new (MockHandler handler, gpointer user_data);
void mock_server_free (MockServer *self);
const char *mock_server_get_uri (MockServer *self); /* without trailing slash */
guint mock_server_count (MockServer *self);
const MockRequest *mock_server_get_request (MockServer *self, guint index);

void mock_reply (SoupServerMessage *message, guint status, const char *json);
void mock_set_header (SoupServerMessage *message, const char *name, const char *value);

/* Never answers. */
void mock_hang (MockServer *self, SoupServerMessage *message);

/* Sends these bytes instead of an answer, and closes. */
void mock_reply_raw (SoupServerMessage *message, const char *bytes, gsize length);

/* What the service would have to look at: the value of a form field, nullable, transfer full. */
char *mock_request_dup_field (const MockRequest *request, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockServer, mock_server_free)
