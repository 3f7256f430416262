/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "await.h"
#include "lc-error.h"
#include "lc-notebook-http.h"
#include "lc-notebook-redirect.h"
#include "lc-peer.h"

static LcNotebookReply *
parse (const char *text)
{
  return lc_notebook_reply_parse (text, strlen (text));
}

static void
test_reply (void)
{
  g_autoptr (LcNotebookReply) plain =
      parse ("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n{\"version\": \"2.15.0\"}");
  g_autoptr (LcNotebookReply) moved =
      parse ("HTTP/1.0 302 Found\r\nA: b\r\nlocation:  /tree? \r\n\r\n");
  g_autoptr (LcNotebookReply) no_reason = parse ("HTTP/1.1 404\r\n\r\n");

  g_assert_cmpint (plain->status, ==, 200);
  g_assert_cmpstr (plain->body, ==, "{\"version\": \"2.15.0\"}");
  g_assert_null (plain->location);
  g_assert_cmpint (moved->status, ==, 302);
  g_assert_cmpstr (moved->location, ==, "/tree?");
  g_assert_cmpint (no_reason->status, ==, 404);
}

static void
test_not_http (void)
{
  static const char *const cases[] = {
    "",
    "\r\n\r\n",
    "SSH-2.0-OpenSSH_10.0\r\n\r\n",
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 99 x\r\n\r\n",
    "HTTP/1.1 600 x\r\n\r\n",
    "HTTP/1.1  20 x\r\n\r\n",
    "HTTP/2 200\r\n\r\n      ",
    "HTTP/1.1 +20 x\r\n\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i]);
      g_assert_null (parse (cases[i]));
    }
}

/* A table as the kernel prints it. 0100007F is 127.0.0.1 on a little-endian machine. */
static void
test_peer (void)
{
  const char *table =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout\n"
      "   0: 0100007F:22B8 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 "
      "1\n"
      "   1: 0100007F:22B8 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 "
      "2\n"
      "  12: 0100007F:D431 0100007F:22B8 01 00000000:00000000 02:00000E2A 00000000  1001        0 "
      "3\n";
  const guint32 loopback = 0x0100007F;

  g_assert_true (lc_peer_is_uid (table, loopback, 0xD431, loopback, 0x22B8, 1001));
  g_assert_false (lc_peer_is_uid (table, loopback, 0xD431, loopback, 0x22B8, 1000));
  g_assert_false (lc_peer_is_uid (table, loopback, 0xD432, loopback, 0x22B8, 1000));
  g_assert_false (lc_peer_is_uid ("", loopback, 1, loopback, 2, 1000));
  g_assert_false (lc_peer_is_uid ("x\n\ny\n", loopback, 1, loopback, 2, 1000));
}

/* Who connects to ::ffff:127.0.0.1 comes from 127.0.0.1 but stands in the other table. */
static void
test_peer_mapped (void)
{
  const char *table =
      "  sl  local_address                         remote_address                        st\n"
      "   0: 0000000000000000FFFF00000100007F:D431 0000000000000000FFFF00000100007F:22B8 01 "
      "00000000:00000000 00:00000000 00000000  1001        0 3\n"
      "   1: 00000000000000000000000001000000:D432 00000000000000000000000001000000:22B8 01 "
      "00000000:00000000 00:00000000 00000000  1001        0 4\n";
  const guint32 loopback = 0x0100007F;

  if (G_BYTE_ORDER != G_LITTLE_ENDIAN)
    {
      g_test_skip ("The table is one of a little-endian machine");
      return;
    }
  g_assert_true (lc_peer_is_uid (table, loopback, 0xD431, loopback, 0x22B8, 1001));
  g_assert_false (lc_peer_is_uid (table, loopback, 0xD431, loopback, 0x22B8, 1000));
  g_assert_false (lc_peer_is_uid (table, 0x01000000, 0xD432, 0x01000000, 0x22B8, 1001));
}

static void
assert_is_me (const char *connect_to)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) listening = NULL;
  g_autoptr (GSocketAddress) target = NULL;
  g_autoptr (GSocketConnection) near = NULL;
  g_autoptr (GSocketConnection) far = NULL;
  g_autoptr (GSocketAddress) peer = NULL;
  g_autoptr (GSocketAddress) local = NULL;
  g_autoptr (GError) error = NULL;

  g_socket_listener_add_address (listener, wanted, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                 NULL, &listening, &error);
  g_assert_no_error (error);
  target = g_inet_socket_address_new_from_string (
      connect_to, g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (listening)));
  near = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (target), NULL, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    {
      g_test_skip ("There is no IPv6 here");
      return;
    }
  g_assert_no_error (error);
  far = g_socket_listener_accept (listener, NULL, NULL, &error);
  g_assert_no_error (error);
  peer = g_socket_connection_get_remote_address (far, NULL);
  local = g_socket_connection_get_local_address (far, NULL);

  g_assert_true (lc_peer_is_me (peer, local));
  g_assert_false (lc_peer_is_me (local, listening));
}

static void
test_peer_is_me (void)
{
  assert_is_me ("127.0.0.1");
  assert_is_me ("::ffff:127.0.0.1");
}

static void
test_request_line (void)
{
  static const struct
  {
    const char *request;
    gboolean matches;
  } cases[] = {
    { "GET /abc HTTP/1.1\r\nHost: x\r\n\r\n", TRUE },
    { "GET /abc HTTP/1.0\r\n\r\n", TRUE },
    { "HEAD /abc HTTP/1.1\r\n\r\n", FALSE },
    { "GET /abcd HTTP/1.1\r\n\r\n", FALSE },
    { "GET /ab HTTP/1.1\r\n\r\n", FALSE },
    { "GET /abc?x HTTP/1.1\r\n\r\n", FALSE },
    { "GET /", FALSE },
    { "", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (lc_notebook_redirect_matches (cases[i].request, strlen (cases[i].request),
                                                   "/abc"),
                     ==, cases[i].matches);
}

static LcNotebookReply *
visit (const char *address)
{
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  if (!await_future (lc_notebook_get ((guint16) g_uri_get_port (uri), g_uri_get_path (uri), NULL),
                     15, &value, &error))
    {
      g_assert_error (error, LC_ERROR, LC_ERROR_OFFLINE);
      return NULL;
    }

  return g_value_dup_boxed (&value);
}

static void
test_redirect (void)
{
  g_autoptr (LcSecret) target = lc_secret_new ("http://127.0.0.1:4/?token=abc");
  g_autoptr (GError) error = NULL;
  g_autoptr (LcNotebookRedirect) redirect = lc_notebook_redirect_new (target, &error);
  g_autofree char *address = NULL;
  g_autofree char *wrong = NULL;
  g_autoptr (LcNotebookReply) first = NULL;
  g_autoptr (LcNotebookReply) stray = NULL;
  g_autoptr (LcNotebookReply) second = NULL;

  g_assert_no_error (error);
  address = g_strdup (lc_notebook_redirect_get_address (redirect));
  wrong = g_strconcat (address, "0", NULL);
  g_assert_null (strstr (address, "abc"));

  stray = visit (wrong);
  g_assert_cmpint (stray->status, ==, 404);
  g_assert_null (stray->location);
  g_assert_false (lc_notebook_redirect_was_used (redirect));

  first = visit (address);
  g_assert_cmpint (first->status, ==, 302);
  g_assert_cmpstr (first->location, ==, "http://127.0.0.1:4/?token=abc");
  g_assert_true (lc_notebook_redirect_was_used (redirect));

  /* Its listener is closed, or about to be. */
  second = visit (address);
  g_assert_true (second == NULL || second->status == 410);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/http/reply", test_reply);
  g_test_add_func ("/http/not-http", test_not_http);
  g_test_add_func ("/http/peer", test_peer);
  g_test_add_func ("/http/peer-mapped", test_peer_mapped);
  g_test_add_func ("/http/peer-is-me", test_peer_is_me);
  g_test_add_func ("/http/request-line", test_request_line);
  g_test_add_func ("/http/redirect", test_redirect);
  return g_test_run ();
}
