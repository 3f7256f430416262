/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "lc-host-key.h"

G_BEGIN_DECLS

/**
 * LcKnownHosts:
 *
 * The host keys that the person trusts, in a file of our own in OpenSSH's format (so that `ssh -o
 * HostKeyAlias=…` can use it too). A machine is named by an alias made of its id and incarnation,
 * not by host and port: lab machines share a load balancer's name, and a reset makes a new machine
 * of it. Main thread.
 */
#define LC_TYPE_KNOWN_HOSTS (lc_known_hosts_get_type ())
G_DECLARE_FINAL_TYPE (LcKnownHosts, lc_known_hosts, LC, KNOWN_HOSTS, GObject)

typedef enum
{
  LC_HOST_KEY_MATCHES,
  LC_HOST_KEY_UNKNOWN,   /* no key of this machine's incarnation is known */
  LC_HOST_KEY_CHANGED,   /* another one is */
  LC_HOST_KEY_UNCERTAIN, /* the file cannot be read: neither trusted nor asked about */
} LcHostKeyVerdict;

LcKnownHosts *lc_known_hosts_new (const char *path);

/* Returns: (transfer full): "labconnect-" and 16 hexadecimal digits of a hash of both */
char *lc_known_hosts_dup_alias (const char *machine_id, guint incarnation);

/* @known: (out) (optional) (nullable) (transfer full): with CHANGED, the key that was expected;
 * @error: set with UNCERTAIN */
LcHostKeyVerdict lc_known_hosts_check (LcKnownHosts *self,
                                       const char *machine_id,
                                       guint incarnation,
                                       LcHostKey *key,
                                       LcHostKey **known,
                                       GError **error);
gboolean lc_known_hosts_add (LcKnownHosts *self,
                             const char *machine_id,
                             guint incarnation,
                             LcHostKey *key,
                             GError **error);
gboolean lc_known_hosts_forget (LcKnownHosts *self,
                                const char *machine_id,
                                GError **error); /* of every incarnation */

/* The algorithms of which a key is known, to be preferred in the key exchange. Nullable,
 * %NULL-terminated, transfer full. */
char **
lc_known_hosts_dup_algorithms (LcKnownHosts *self, const char *machine_id, guint incarnation);

G_END_DECLS
