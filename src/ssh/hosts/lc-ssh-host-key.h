/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-known-hosts.h"
#include "lc-operation.h"
#include "lc-prompt.h"

G_BEGIN_DECLS

/**
 * lc_ssh_host_key_verify:
 * @openssh: what OpenSSH's files say of @machine's host and port
 * @incarnation: the machine's
 * @key: what it shows
 * @operation: where "waiting for your answer" is told
 *
 * Whether the machine is the one that the person knows. In this order:
 *
 * 1. revoked, in our file or in one of OpenSSH's: refused, whatever else is known
 * 2. known for this incarnation of the machine: accepted; another one known: refused
 * 3. nothing known of it, and OpenSSH knows the key for its host and port: accepted, and written
 * down as such
 * 4. else the person is asked, and told of another key that OpenSSH has; a "yes" is written down
 *
 * Within a fiber. @error: %LC_ERROR_HOST_KEY_CHANGED with the service_code "host-key-changed" or
 * "host-key-revoked", what the prompt rejects with, or %LC_ERROR_FAILED when our file cannot be
 * read or written.
 */
gboolean lc_ssh_host_key_verify (LcKnownHosts *known_hosts,
                                 LcOpensshHosts *openssh,
                                 LcPrompt *prompt,
                                 LcMachine *machine,
                                 guint incarnation,
                                 LcHostKey *key,
                                 LcOperation *operation,
                                 GError **error);

/* %LC_ERROR_HOST_KEY_CHANGED, with both fingerprints. */
GError *lc_ssh_host_key_changed_error (LcMachine *machine, LcHostKey *expected, LcHostKey *shown);

G_END_DECLS
