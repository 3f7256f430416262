/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * lc_known_hosts_pattern_match:
 * @hosts: the first field of a line: either comma-separated patterns, with "*", "?" and "!", or one
 * hashed name, "|1|SALT|HASH" (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT")
 * @name: what lc_known_hosts_pattern_dup_name() makes
 *
 * Returns: whether the line is about that host. A pattern with "!" that matches excludes it,
 * whatever the others say; patterns are compared without case, a hashed name exactly.
 */
gboolean lc_known_hosts_pattern_match (const char *hosts, const char *name);

/* Returns: (transfer full): what OpenSSH calls a host: in lower case, and "[HOST]:PORT" where the
 * port is not 22. */
char *lc_known_hosts_pattern_dup_name (const char *host, guint16 port);

G_END_DECLS
