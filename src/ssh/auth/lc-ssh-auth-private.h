/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-ssh-auth.h"

G_BEGIN_DECLS

/* OpenSSH hangs up at the sixth failure (MaxAuthTries), and a question for the methods that can go
 * on is one. */
#define LC_SSH_AUTH_MOST_FAILURES 5

/**
 * LcSshAuth:
 * @methods: with which one can go on, as the server said last
 * @passed: those that have succeeded, in their order
 * @failures: attempts that the server counts
 * @deadline: monotonic (µs), for the server; people have the time that they need
 * @password_used: the password of the credentials was given
 * @new_password: (nullable): what the person chose to be the password from now on
 *
 * One log-in under way.
 */
typedef struct
{
  LcSshSession *session;
  LcSshRequest *request;
  LcCredentials *credentials;
  const char *login;
  char **methods;
  GPtrArray *passed;
  guint failures;
  gint64 deadline;
  gboolean password_used;
  LcSecret *new_password;
} LcSshAuth;

typedef enum
{
  LC_SSH_AUTH_FAILED,  /* the log-in is over; the error says why */
  LC_SSH_AUTH_PASSED,  /* this method has succeeded; the server may want another one as well */
  LC_SSH_AUTH_REFUSED, /* this one did not; the connection is as it was */
} LcSshAuthResult;

/* The methods. With %LC_SSH_AUTH_REFUSED the error says why, too. */
LcSshAuthResult lc_ssh_auth_with_key (LcSshAuth *self, GError **error);
LcSshAuthResult lc_ssh_auth_with_agent (LcSshAuth *self, GError **error);
LcSshAuthResult lc_ssh_auth_with_password (LcSshAuth *self, GError **error);
LcSshAuthResult lc_ssh_auth_interactively (LcSshAuth *self, GError **error);

/* What the methods share. */

/* Nullable: the password that is known, hence not to be asked for. */
const char *lc_ssh_auth_peek_password (LcSshAuth *self);

/* Which counts once the method has succeeded. */
void lc_ssh_auth_set_new_password (LcSshAuth *self, LcSecret *password);

/* After LIBSSH2_ERROR_EAGAIN. */
gboolean lc_ssh_auth_wait (LcSshAuth *self, GError **error);

/* The server gets its full time again, after a person was asked. */
void lc_ssh_auth_restart_clock (LcSshAuth *self);
gboolean lc_ssh_auth_offers (LcSshAuth *self, const char *method);

/**
 * lc_ssh_auth_settle:
 * @method: what was tried
 * @code: what libssh2 said
 * @refusal: (transfer full): why, in case it was refused
 *
 * Tells success, partial success and refusal apart. libssh2 1.11.1 does not say which of the last
 * two an SSH_MSG_USERAUTH_FAILURE was, so the server is asked what it takes now.
 */
LcSshAuthResult
lc_ssh_auth_settle (LcSshAuth *self, const char *method, int code, GError *refusal, GError **error);

G_END_DECLS
