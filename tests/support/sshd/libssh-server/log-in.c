/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-server.h"

#include <string.h>

#include "lc-test-sshd.h"

/* As OpenSSH's. */
#define LOG_IN_SECONDS 120

/* Offers the other methods if more than one is needed. */
static int
pass (Server *self, int method)
{
  self->passed |= method;
  self->logged_in = (guint) __builtin_popcount (self->passed) >= self->options->need;
  ssh_set_auth_methods (self->session, self->options->methods & ~self->passed);
  return self->logged_in ? SSH_AUTH_SUCCESS : SSH_AUTH_PARTIAL;
}

static int
password_cb (ssh_session session, const char *user, const char *password, void *data)
{
  if ((((Server *) data)->options->methods & SSH_AUTH_METHOD_PASSWORD) == 0 ||
      strcmp (user, LC_TEST_SSHD_LOGIN) != 0 || strcmp (password, LC_TEST_SSHD_PASSWORD) != 0)
    return SSH_AUTH_DENIED;
  return pass (data, SSH_AUTH_METHOD_PASSWORD);
}

static gboolean
is_authorized (Server *self, ssh_key key)
{
  g_autofree char *path = g_build_filename (self->folder, "authorized_keys", NULL);
  g_autofree char *text = NULL;
  char *blob = NULL;
  gboolean found;

  if (!g_file_get_contents (path, &text, NULL, NULL) ||
      ssh_pki_export_pubkey_base64 (key, &blob) != SSH_OK)
    return FALSE;
  found = strstr (text, blob) != NULL;
  ssh_string_free_char (blob);
  return found;
}

static int
key_cb (ssh_session session, const char *user, struct ssh_key_struct *key, char state, void *data)
{
  if ((((Server *) data)->options->methods & SSH_AUTH_METHOD_PUBLICKEY) == 0 ||
      strcmp (user, LC_TEST_SSHD_LOGIN) != 0 || !is_authorized (data, key))
    return SSH_AUTH_DENIED;
  if (state == SSH_PUBLICKEY_STATE_NONE) /* only a question whether it would be taken */
    return SSH_AUTH_SUCCESS;
  return state == SSH_PUBLICKEY_STATE_VALID ? pass (data, SSH_AUTH_METHOD_PUBLICKEY)
                                            : SSH_AUTH_DENIED;
}

static int
ask_round (Server *self, ssh_message message)
{
  const Round *round = g_ptr_array_index (self->options->rounds, self->round);
  guint n = round->asks->len;
  g_autofree const char **texts = g_new0 (const char *, n + 1);
  g_autofree char *echo = g_new0 (char, n + 1);

  for (guint i = 0; i < n; i++)
    {
      const Ask *ask = g_ptr_array_index (round->asks, i);

      texts[i] = ask->text;
      echo[i] = ask->echo;
    }
  return ssh_message_auth_interactive_request (message, round->name, round->instruction, n, texts,
                                               echo);
}

static gboolean
answers_are_right (Server *self)
{
  const Round *round = g_ptr_array_index (self->options->rounds, self->round);

  if (ssh_userauth_kbdint_getnanswers (self->session) != (int) round->asks->len)
    return FALSE;
  for (guint i = 0; i < round->asks->len; i++)
    {
      const Ask *ask = g_ptr_array_index (round->asks, i);

      if (strcmp (ask->answer, "*") != 0 &&
          g_strcmp0 (ask->answer, ssh_userauth_kbdint_getanswer (self->session, i)) != 0)
        return FALSE;
    }
  return TRUE;
}

static void
say_banner (Server *self)
{
  ssh_string text;

  if (self->options->banner == NULL || self->banner_said)
    return;
  self->banner_said = TRUE;
  text = ssh_string_from_char (self->options->banner);
  ssh_send_issue_banner (self->session, text);
  ssh_string_free (text);
}

int
log_in_message (Server *self, ssh_message message)
{
  say_banner (self);
  if (ssh_message_subtype (message) != SSH_AUTH_METHOD_INTERACTIVE ||
      (self->options->methods & SSH_AUTH_METHOD_INTERACTIVE) == 0 ||
      self->options->rounds->len == 0)
    return 1;
  if (!ssh_message_auth_kbdint_is_response (message))
    {
      if (g_strcmp0 (ssh_message_auth_user (message), LC_TEST_SSHD_LOGIN) != 0)
        return 1;
      self->round = 0;
    }
  else if (!answers_are_right (self))
    return 1;
  else if (++self->round == self->options->rounds->len)
    {
      self->round = 0;
      return ssh_message_auth_reply_success (message, pass (self, SSH_AUTH_METHOD_INTERACTIVE) ==
                                                          SSH_AUTH_PARTIAL);
    }
  return ask_round (self, message);
}

gboolean
log_in (Server *self)
{
  gint64 limit = g_get_monotonic_time () + LOG_IN_SECONDS * G_TIME_SPAN_SECOND;

  self->callbacks.userdata = self;
  self->callbacks.auth_password_function = password_cb;
  self->callbacks.auth_pubkey_function = key_cb;
  ssh_callbacks_init (&self->callbacks);
  ssh_set_server_callbacks (self->session, &self->callbacks);
  ssh_set_auth_methods (self->session, self->options->methods);
  while (!self->logged_in && ssh_is_connected (self->session) && g_get_monotonic_time () < limit)
    if (ssh_event_dopoll (self->event, 1000) == SSH_ERROR)
      break;
  return self->logged_in;
}
