/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LcForwardSpec:
 * @back: from the machine to this computer (`ssh -R`), rather than the other way round (`ssh -L`)
 * @listen_port: where it listens, always on the loopback: on this computer, or with @back on the
 *   machine; 0 for a free one
 * @host: (nullable): where to, as the other side resolves it
 * @port: on @host
 * @path: (nullable): a unix socket on the machine instead of @host
 */
typedef struct
{
  gboolean back;
  guint16 listen_port;
  char *host;
  guint16 port;
  char *path;
} LcForwardSpec;

/**
 * lc_forward_spec_parse:
 * @text: "[BIND:]PORT:HOST:PORT" or "[BIND:]PORT:/PATH" as `ssh -L` takes it; BIND is "localhost",
 *   "127.0.0.1" or "[::1]", since nobody else shall come in; HOST is a name or an address, IPv6 in
 *   brackets
 * @back: as `ssh -R` takes it, which leads to no socket here
 * @error: %LC_ERROR_INVALID_INPUT
 */
LcForwardSpec *lc_forward_spec_parse (const char *text, gboolean back, GError **error);

/* @text: "HOST:PORT", as `ssh -W` takes it */
gboolean
lc_forward_spec_parse_target (const char *text, char **host, guint16 *port, GError **error);

LcForwardSpec *lc_forward_spec_copy (const LcForwardSpec *self);
void lc_forward_spec_free (LcForwardSpec *self);

/* Returns: (transfer full): where it leads, "localhost:5432", "[::1]:80" or "/run/db.sock" */
char *lc_forward_spec_dup_target (const LcForwardSpec *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcForwardSpec, lc_forward_spec_free)

G_END_DECLS
