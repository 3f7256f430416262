/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A login that every server started here knows; made when it is missing. */
#define LC_TEST_SSHD_LOGIN    "student"
#define LC_TEST_SSHD_PASSWORD "Horse-battery-staple-9"

/**
 * LcTestSshdKind:
 * @LC_TEST_SSHD_OPENSSH: its options are lines of sshd_config(5), which win over the defaults
 * @LC_TEST_SSHD_DROPBEAR: its options are arguments for dropbear(8)
 * @LC_TEST_SSHD_LIBSSH: a server of our own, written with libssh; libssh-server/README.md has its
 * options
 */
typedef enum
{
  LC_TEST_SSHD_OPENSSH,
  LC_TEST_SSHD_DROPBEAR,
  LC_TEST_SSHD_LIBSSH,
} LcTestSshdKind;

/**
 * LcTestSshd:
 *
 * A real SSH server on 127.0.0.1, with a folder, host keys and a configuration of its own. It dies
 * with the test. Needs root, in a root file system that may be written to.
 */
typedef struct _LcTestSshd LcTestSshd;

/* OpenSSH. @options: (nullable). Waits until it answers; ends the test when it does not. */
LcTestSshd *lc_test_sshd_start (const char *options);
LcTestSshd *lc_test_sshd_start_kind (LcTestSshdKind kind, const char *options);
void lc_test_sshd_stop (LcTestSshd *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcTestSshd, lc_test_sshd_stop)

/* Of a login on this computer, which is made when it is missing. */
void lc_test_sshd_set_password (const char *login, const char *password);

guint16 lc_test_sshd_get_port (LcTestSshd *self);
const char *lc_test_sshd_get_folder (LcTestSshd *self);

/* Returns: (transfer full): "SHA256:…" of its ed25519 host key, as ssh-keygen says it. */
char *lc_test_sshd_dup_fingerprint (LcTestSshd *self);

/* Ends the server, every session with it, and starts it anew on the same port. */
void lc_test_sshd_restart (LcTestSshd *self, const char *options);

/* Gives it other host keys; they count from the next restart. */
void lc_test_sshd_change_host_keys (LcTestSshd *self);

/* Sends a signal to all processes of its sessions, not to the listener. Returns: to how many */
guint lc_test_sshd_signal_sessions (LcTestSshd *self, int signal_number);

/* Sends a signal to all of it, the listener too. */
void lc_test_sshd_signal (LcTestSshd *self, int signal_number);

/* Ends it and its sessions: who connects from now on is refused. */
void lc_test_sshd_kill (LcTestSshd *self);

/* Ends the listener only, as when a machine goes away: what is connected stays. */
void lc_test_sshd_stop_listening (LcTestSshd *self);

/**
 * lc_test_sshd_make_key:
 * @name: of the file, in the server's folder
 * @arguments: for ssh-keygen, such as "-t rsa -b 3072 -m PEM"
 * @passphrase: (nullable)
 * @accepted: whether the server knows it
 *
 * Returns: (transfer full): the private key's path
 */
char *lc_test_sshd_make_key (LcTestSshd *self,
                             const char *name,
                             const char *arguments,
                             const char *passphrase,
                             gboolean accepted);

/* Returns: a port of 127.0.0.1 that nothing used just now */
guint16 lc_test_find_port (void);

/* Returns: (transfer full): what it has logged so far. */
char *lc_test_sshd_dup_log (LcTestSshd *self);

G_END_DECLS
