/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LcForwardSpec:
 * @local_port: on this computer; 0 for a free one
 * @host: where to, as the machine resolves it
 * @port: on @host
 */
typedef struct
{
  guint16 local_port;
  char *host;
  guint16 port;
} LcForwardSpec;

/**
 * lc_forward_spec_parse:
 * @text: "LOCAL:HOST:REMOTE", HOST a name or an address, IPv6 in brackets
 * @error: %LC_ERROR_INVALID_INPUT
 */
LcForwardSpec *lc_forward_spec_parse (const char *text, GError **error);
LcForwardSpec *lc_forward_spec_copy (const LcForwardSpec *self);
void lc_forward_spec_free (LcForwardSpec *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcForwardSpec, lc_forward_spec_free)

G_END_DECLS
