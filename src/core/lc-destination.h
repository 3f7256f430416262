/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LcDestination:
 * @login: (nullable)
 * @host: a name or an address, without brackets
 * @port: 22 when none was given
 *
 * "[user@]host[:port]", as `ssh -J` and ProxyJump of ssh_config(5) take it.
 */
typedef struct
{
  char *login;
  char *host;
  guint16 port;
} LcDestination;

void lc_destination_free (LcDestination *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcDestination, lc_destination_free)

/* @text: with or without "ssh://" before it; IPv6 addresses in brackets when a port follows.
 * @error: %LC_ERROR_INVALID_INPUT */
LcDestination *lc_destination_parse (const char *text, GError **error);

/**
 * lc_destination_parse_list:
 * @text: several, separated by commas: the first is reached from here, the next through it …
 * @error: %LC_ERROR_INVALID_INPUT
 *
 * Returns: (transfer full) (element-type LcDestination) (nullable): one to eight
 */
GPtrArray *lc_destination_parse_list (const char *text, GError **error);

G_END_DECLS
