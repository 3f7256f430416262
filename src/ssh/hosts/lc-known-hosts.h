/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "lc-host-key-store.h"
#include "lc-openssh-hosts.h"

G_BEGIN_DECLS

/**
 * LcKnownHosts:
 *
 * The host keys that the person trusts, in a file of our own in OpenSSH's format (so that `ssh -o
 * HostKeyAlias=…` can use it too). A machine is named by an alias made of its id and incarnation,
 * not by host and port: lab machines share a load balancer's name, and a reset makes a new machine
 * of it. Main thread. An #LcHostKeyStore.
 *
 * What OpenSSH's own files say of a host is looked up beside it (#LcOpensshHosts), and decides only
 * where this file knows nothing; a key that is revoked in either is never trusted.
 */
#define LC_TYPE_KNOWN_HOSTS (lc_known_hosts_get_type ())
G_DECLARE_FINAL_TYPE (LcKnownHosts, lc_known_hosts, LC, KNOWN_HOSTS, GObject)

typedef enum
{
  LC_HOST_KEY_MATCHES,
  LC_HOST_KEY_UNKNOWN,   /* no key of this machine's incarnation is known */
  LC_HOST_KEY_CHANGED,   /* another one is */
  LC_HOST_KEY_REVOKED,   /* a line "@revoked" of this file */
  LC_HOST_KEY_UNCERTAIN, /* the file cannot be read: neither trusted nor asked about */
} LcHostKeyVerdict;

LcKnownHosts *lc_known_hosts_new (const char *path);

/* @files: (nullable): OpenSSH's known hosts files, %NULL-terminated; initially none. A program
 * takes lc_openssh_hosts_dup_default_files(). */
void lc_known_hosts_set_openssh_files (LcKnownHosts *self, const char *const *files);

/* Returns: (transfer full): "labconnect-" and 16 hexadecimal digits of a hash of both */
char *lc_known_hosts_dup_alias (const char *machine_id, guint incarnation);

/* Resolves to an #LcOpensshHosts (boxed), which is empty when there is nothing. Reads in a thread.
 */
DexFuture *lc_known_hosts_look_up_openssh (LcKnownHosts *self,
                                           const char *host,
                                           guint16 port) G_GNUC_WARN_UNUSED_RESULT;

/* What this file says. @known: (out) (optional) (nullable) (transfer full): with CHANGED, the key
 * that was expected; @error: set with UNCERTAIN */
LcHostKeyVerdict lc_known_hosts_check (LcKnownHosts *self,
                                       const char *machine_id,
                                       guint incarnation,
                                       LcHostKey *key,
                                       LcHostKey **known,
                                       GError **error);

/* Writes down that the key is trusted from now on, why, and by the user of this computer.
 * @machine_name: (nullable): for people who look at the list later */
gboolean lc_known_hosts_trust (LcKnownHosts *self,
                               const char *machine_id,
                               const char *machine_name,
                               guint incarnation,
                               LcHostKey *key,
                               LcTrustSource source,
                               GError **error);
gboolean lc_known_hosts_forget (LcKnownHosts *self,
                                const char *machine_id,
                                GError **error); /* of every incarnation */

/* The algorithms of which a key is known, to be preferred in the key exchange, so that a server
 * with several keys shows the one that is known. @openssh: (nullable): counts only while this file
 * knows no key of the machine, since one that is known here must be shown again. Nullable,
 * %NULL-terminated, transfer full. */
char **lc_known_hosts_dup_algorithms (LcKnownHosts *self,
                                      const char *machine_id,
                                      guint incarnation,
                                      LcOpensshHosts *openssh);

G_END_DECLS
