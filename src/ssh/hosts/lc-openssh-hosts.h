/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-host-key.h"

G_BEGIN_DECLS

/**
 * LcOpensshHosts:
 *
 * What the known hosts files of OpenSSH say about one host and port. They are the person's and the
 * school's: LabConnect reads them and never writes there. Immutable, reference counted.
 *
 * As in ssh(1): a line counts for "[HOST]:PORT", and for HOST alone where the port is 22; hashed
 * names, patterns and several keys per host are understood, and a line that is not is passed over.
 * Two things differ from ssh, on purpose:
 *
 * - ssh also takes a key that is known for HOST without the port. Lab machines share the name of a
 *   load balancer and differ by the port alone, so that would be the key of another machine.
 *   A key that is *revoked* for HOST is revoked on every port.
 * - ssh warns when HOST has another key of the same kind. That is what a lab looks like whose
 *   machines are made anew: the name and the port stay, the machine behind them is another. So
 *   another key here is told to the person in the question, and is no error by itself; what may not
 *   change is the key that is known for the machine itself, by its id and incarnation
 *   (#LcKnownHosts).
 *
 * "@cert-authority" lines cannot be honoured. libssh2 1.11.1 has the names of host certificates in
 * its table of host key methods, but reads what the server then sends as a plain key and fails
 * (hostkey.c, hostkey_method_ssh_ed25519_init() and its siblings; the handshake with an OpenSSH
 * 10.0 that has certificates ends in "Unable to exchange encryption keys" for each of the names),
 * and nothing in it verifies a certificate. LabConnect therefore offers no certificate algorithm; a
 * server with a certificate shows its plain key, which is asked about, and the question says that
 * the authority was not asked.
 */
typedef struct _LcOpensshHosts LcOpensshHosts;

#define LC_TYPE_OPENSSH_HOSTS (lc_openssh_hosts_get_type ())
GType lc_openssh_hosts_get_type (void);

/* Returns: (transfer full): ~/.ssh/known_hosts, known_hosts2 and those of /etc/ssh, as
 * ssh_config(5) has them by default */
char **lc_openssh_hosts_dup_default_files (void);

/**
 * lc_openssh_hosts_read:
 * @files: (nullable): %NULL-terminated; one that is missing or cannot be read says nothing
 *
 * Blocks while it reads: any thread but the main one.
 */
LcOpensshHosts *lc_openssh_hosts_read (const char *const *files, const char *host, guint16 port);
LcOpensshHosts *lc_openssh_hosts_ref (LcOpensshHosts *self);
void lc_openssh_hosts_unref (LcOpensshHosts *self);

gboolean lc_openssh_hosts_knows (LcOpensshHosts *self, LcHostKey *key);
gboolean lc_openssh_hosts_revokes (LcOpensshHosts *self, LcHostKey *key);

/* Whether a certificate authority is named for the host. */
gboolean lc_openssh_hosts_has_authority (LcOpensshHosts *self);

/* Returns: (transfer none) (nullable): a key that is known and is not @key, of the same algorithm
 * where there is one */
LcHostKey *lc_openssh_hosts_find_other (LcOpensshHosts *self, LcHostKey *key);

/* Returns: (transfer full) (nullable): the algorithms of the known keys that are not revoked;
 * %NULL-terminated */
char **lc_openssh_hosts_dup_algorithms (LcOpensshHosts *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcOpensshHosts, lc_openssh_hosts_unref)

G_END_DECLS
