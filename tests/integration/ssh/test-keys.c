/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <libdex.h>
#include <string.h>

#include "lc-ssh-keys.h"
#include "ssh-fixture.h"

/* A key made for a machine, and the keys that a person has. */

#define ADD(path, options, func)                                                                   \
  g_test_add ("/ssh/keys/" path, SshFixture, options, ssh_fixture_set_up, func,                    \
              ssh_fixture_tear_down)

#define HOLDER  "keyholder"
#define OPTIONS "AuthorizedKeysFile .ssh/authorized_keys\n"

static void
run (const char *script)
{
  const char *const argv[] = { "sh", "-ec", script, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  if (!g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s", script, error->message);
}

/* A login of this program alone, with a home that no other test looks at. */
static LcCredentials *
make_holder (void)
{
  g_autoptr (LcSecret) password = lc_secret_new (LC_TEST_SSHD_PASSWORD);

  run ("userdel -f -r " HOLDER " 2>/dev/null || true; "
       "useradd --create-home --shell /bin/bash " HOLDER "; "
       "echo '" HOLDER ":" LC_TEST_SSHD_PASSWORD "' | chpasswd");
  return lc_credentials_new_password (HOLDER, password, FALSE);
}

static LcSecret *
make (SshFixture *fixture, LcCredentials *credentials, GError **error)
{
  g_autoptr (LcKeys) keys = lc_ssh_keys_new (fixture->pool, "/nowhere");
  g_autoptr (LcOperation) operation = lc_operation_new ("Making a key", NULL);
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean done;

  lc_keys_announce_steps (keys, operation);
  done = await_future (lc_keys_make (keys, fixture->machine, credentials, operation), 60, &value,
                       error);
  lc_operation_finish (operation, done ? NULL : *error);
  return done ? g_value_dup_boxed (&value) : NULL;
}

static void
test_make (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcCredentials) password = make_holder ();
  g_autoptr (LcCredentials) with_key = NULL;
  g_autoptr (LcSecret) key = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  LcSshConnection *connection;

  /* A last line without an end must not become part of the new one. */
  run ("mkdir -m 755 /home/" HOLDER "/.ssh; printf '%s' '# mine' > /home/" HOLDER
       "/.ssh/authorized_keys; chown -R " HOLDER " /home/" HOLDER "/.ssh");
  key = make (fixture, password, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (lc_secret_peek (key), "-----BEGIN OPENSSH PRIVATE KEY-----\n"));
  run ("cd /home/" HOLDER "/.ssh; test \"$(stat -c %a .)\" = 700; "
       "test \"$(stat -c %a authorized_keys)\" = 600; test \"$(wc -l < authorized_keys)\" = 2; "
       "head -1 authorized_keys | grep -qx '# mine'; "
       "tail -1 authorized_keys | grep -q '^ssh-ed25519 .* LabConnect, for ml-lab-vm-1$'");

  with_key = lc_credentials_new_stored_key (HOLDER, key);
  connection = ssh_fixture_try_connect (fixture, with_key, &error);
  g_assert_no_error (error);
  ssh_fixture_disconnect (connection);
  g_assert_true (g_file_get_contents ("/home/" HOLDER "/.ssh/authorized_keys", &line, NULL, NULL));
  g_assert_null (strstr (line, "PRIVATE"));
  g_assert_cmpuint (fixture->prompt->challenges, ==, 0);
}

/* What ssh-keygen(1) makes of it. */
static void
test_standard (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcCredentials) password = make_holder ();
  g_autoptr (GError) error = NULL;
  g_autoptr (LcSecret) key = make (fixture, password, &error);
  g_autofree char *path = NULL;
  g_autofree char *script = NULL;

  g_assert_no_error (error);
  path = g_build_filename (lc_test_sshd_get_folder (fixture->sshd), "exported", NULL);
  g_assert_true (g_file_set_contents_full (path, lc_secret_peek (key), -1, G_FILE_SET_CONTENTS_NONE,
                                           0600, &error));
  script =
      g_strdup_printf ("test \"$(ssh-keygen -y -f %s | cut -d ' ' -f 1,2)\" = "
                       "\"$(tail -1 /home/" HOLDER "/.ssh/authorized_keys | cut -d ' ' -f 1,2)\"",
                       path);
  run (script);
}

/* Whatever shell the login has. */
static void
test_other_shell (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcCredentials) password = make_holder ();
  g_autoptr (GError) error = NULL;
  g_autoptr (LcSecret) key = NULL;

  run ("usermod --shell /bin/sh " HOLDER);
  key = make (fixture, password, &error);
  g_assert_no_error (error);
}

static void
test_home_read_only (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcCredentials) password = make_holder ();
  g_autoptr (GError) error = NULL;

  run ("chown root /home/" HOLDER "; chmod 755 /home/" HOLDER);
  g_assert_null (make (fixture, password, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_REMOTE_FAILED);
  g_assert_nonnull (strstr (lc_error_get_details (error)->service_message, "Permission denied"));
}

/* The file is written, and the server does not look at it. */
static void
test_not_accepted (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcCredentials) password = make_holder ();
  g_autoptr (GError) error = NULL;

  g_assert_null (make (fixture, password, &error));
  g_assert_error (error, LC_ERROR, LC_ERROR_REMOTE_FAILED);
}

static void
test_wrong_password (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcCredentials) password = ssh_fixture_password ("wrong");
  g_autoptr (GError) error = NULL;

  g_assert_null (make (fixture, password, &error));
  ssh_fixture_assert_auth_error (error, "password");
}

static LcKey *
find_key (GListModel *keys, const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (keys); i++)
    {
      g_autoptr (LcKey) key = g_list_model_get_item (keys, i);

      if (g_strcmp0 (lc_key_get_path (key), path) == 0)
        return key;
    }
  return NULL;
}

static void
assert_key (GListModel *keys,
            const char *folder,
            const char *name,
            const char *kind,
            const char *comment,
            gboolean encrypted)
{
  LcKey *key = find_key (keys, folder, name);
  g_autofree char *script = NULL;

  g_assert_nonnull (key);
  g_assert_cmpstr (lc_key_get_kind (key), ==, kind);
  g_assert_cmpstr (lc_key_get_comment (key), ==, comment);
  g_assert_cmpint (lc_key_get_encrypted (key), ==, encrypted);
  if (lc_key_get_fingerprint (key) == NULL)
    return;
  /* Of the private half, whatever is beside it. */
  script =
      g_strdup_printf ("ssh-keygen -y -P sesame -f %s/%s | ssh-keygen -l -f - | grep -q -F ' %s '",
                       folder, name, lc_key_get_fingerprint (key));
  run (script);
}

static void
test_list (SshFixture *fixture, gconstpointer data)
{
  const char *folder = lc_test_sshd_get_folder (fixture->sshd);
  g_autofree char *own = g_build_filename (folder, "own", NULL);
  g_autoptr (LcKeys) keys = lc_ssh_keys_new (fixture->pool, own);
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  g_autofree char *script = g_strdup_printf (
      "mkdir %s; cd %s; ssh-keygen -q -t ed25519 -N '' -C 'ada@home' -f id_ed25519; "
      "ssh-keygen -q -t rsa -b 2048 -N sesame -C 'old one' -f id_rsa; "
      "ssh-keygen -q -t ecdsa -N sesame -a 4 -f alone; rm alone.pub; "
      "ssh-keygen -q -t rsa -b 2048 -m PEM -N '' -C pem -f pem; rm pem.pub; "
      "ssh-keygen -q -t ed25519 -N '' -C mine -f mixed; cp id_rsa.pub mixed.pub; "
      "echo hello > known_hosts; echo Host x > config; mkfifo pipe; mkdir folder; ln -s /nowhere "
      "gone",
      own, own);

  run (script);
  g_assert_true (await_future (lc_keys_list (keys), 20, &value, &error));
  g_assert_cmpuint (g_list_model_get_n_items (g_value_get_object (&value)), ==, 5);
  assert_key (g_value_get_object (&value), own, "id_ed25519", "ED25519", "ada@home", FALSE);
  assert_key (g_value_get_object (&value), own, "id_rsa", "RSA", "old one", TRUE);
  assert_key (g_value_get_object (&value), own, "alone", "ECDSA", NULL, TRUE);
  assert_key (g_value_get_object (&value), own, "pem", "RSA", NULL, FALSE);
  /* The ".pub" beside it is of another key. */
  assert_key (g_value_get_object (&value), own, "mixed", "ED25519", NULL, FALSE);
}

static void
test_list_nothing (SshFixture *fixture, gconstpointer data)
{
  g_autoptr (LcKeys) keys = lc_ssh_keys_new (fixture->pool, "/nowhere");
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  g_assert_true (await_future (lc_keys_list (keys), 20, &value, &error));
  g_assert_cmpuint (g_list_model_get_n_items (g_value_get_object (&value)), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_unsetenv ("SSH_AUTH_SOCK");
  dex_init ();
  ADD ("make", OPTIONS, test_make);
  ADD ("standard", OPTIONS, test_standard);
  ADD ("other-shell", OPTIONS, test_other_shell);
  ADD ("home-read-only", OPTIONS, test_home_read_only);
  ADD ("not-accepted", "AuthorizedKeysFile none\n", test_not_accepted);
  ADD ("keys-not-taken", "PubkeyAuthentication no\n", test_not_accepted);
  ADD ("wrong-password", OPTIONS, test_wrong_password);
  ADD ("list", NULL, test_list);
  ADD ("list-nothing", NULL, test_list_nothing);
  return g_test_run ();
}
