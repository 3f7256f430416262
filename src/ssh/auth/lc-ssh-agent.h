/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LcSshAgentKey:
 * @blob: the public key, or the certificate, as RFC 4253 section 6.6 has it
 * @comment: valid UTF-8, printable
 *
 * A key that an agent holds.
 */
typedef struct
{
  GBytes *blob;
  char *comment;
} LcSshAgentKey;

/**
 * LcSshAgent:
 *
 * The person's SSH agent, the one that $SSH_AUTH_SOCK names: a client for the protocol of RFC 9987.
 * Its calls block, each for a limited time; on any thread, but not on the main one. libssh2 has a
 * client, too, but one that waits for ever for an agent that hangs, and through the session's own
 * RECV and SEND callbacks (agent.c).
 */
typedef struct _LcSshAgent LcSshAgent;

/* Whether there is one to ask; says nothing about whether it answers. */
gboolean lc_ssh_agent_is_there (void);

/* Returns: (nullable) (transfer full): %LC_ERROR_AUTH_FAILED with the service code "agent" when
 * there is none. @cancellable: (nullable): ends every call */
LcSshAgent *lc_ssh_agent_connect (GCancellable *cancellable, GError **error);
void lc_ssh_agent_free (LcSshAgent *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcSshAgent, lc_ssh_agent_free)

/* Returns: (nullable) (transfer full) (element-type LcSshAgentKey): its keys, in its order */
GPtrArray *lc_ssh_agent_list (LcSshAgent *self, GError **error);

/**
 * lc_ssh_agent_sign:
 * @blob: the key
 * @data: what is to be signed
 * @algorithm: the signature's, such as "rsa-sha2-512"
 *
 * The agent may ask the person, so this may take a minute.
 *
 * Returns: (nullable) (transfer full): what follows the algorithm's name in the signature of RFC
 * 4253 section 6.6
 */
GBytes *lc_ssh_agent_sign (LcSshAgent *self,
                           GBytes *blob,
                           gconstpointer data,
                           gsize length,
                           const char *algorithm,
                           GError **error);

/* The answer to a request for the keys, its type included. Returns: (nullable) (transfer full)
 * (element-type LcSshAgentKey): %NULL when it is none */
GPtrArray *lc_ssh_agent_parse_keys (const guchar *answer, gsize length);

/* The algorithm of a key, such as "ssh-ed25519"; of a certificate that of its key. Returns:
 * (transfer full) */
char *lc_ssh_agent_dup_algorithm (GBytes *blob);

/* Returns: (transfer full): "SHA256:…", as `ssh-add -l` shows it */
char *lc_ssh_agent_dup_fingerprint (GBytes *blob);

G_END_DECLS
