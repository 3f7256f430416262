/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the probe of a machine prints, an HTTP server that may be no Jupyter, a browser's request.
 */

#include <lc-notebook-answer.h>
#include <lc-notebook-http.h>
#include <lc-notebook-redirect.h>
#include <lc-peer.h>
#include <lc-validate.h>
#include <string.h>

#include "fuzz.h"

static void
check_server (const LcNotebookServer *server)
{
  if (server->port != 0)
    g_assert_true (lc_is_valid_host (server->host));
  else
    g_assert_true (server->socket != NULL && server->socket[0] == '/');
  g_assert_true (g_str_has_prefix (server->base_url, "/"));
  g_assert_true (g_str_has_suffix (server->base_url, "/"));
  g_assert_null (strpbrk (server->base_url, " \r\n?#"));
  if (server->token != NULL)
    g_assert_null (strpbrk (lc_secret_peek (server->token), " \r\n"));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = fuzz_dup_text (data, size);
  g_autoptr (LcNotebookAnswer) answer = lc_notebook_answer_parse ((const char *) data, size);
  g_autoptr (LcNotebookReply) reply = lc_notebook_reply_parse ((const char *) data, size);

  for (guint i = 0; i < answer->servers->len; i++)
    check_server (g_ptr_array_index (answer->servers, i));
  if (reply != NULL)
    g_assert_true (reply->status >= 100 && reply->status <= 599);
  lc_notebook_redirect_matches ((const char *) data, size, "/0123456789abcdef");
  lc_peer_is_uid (text, 0x0100007f, 8888, 0x0100007f, 40000, 1000);
  return 0;
}
