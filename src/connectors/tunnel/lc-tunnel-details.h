/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-detail.h"
#include "lc-ssh-info.h"

G_BEGIN_DECLS

/* Returns: (transfer container) (element-type LcDetail): what an SSH connection agreed upon, in the
 * order in which people read it. Where it goes and whose host key it is are personal: the
 * fingerprint of a machine on the Internet can be looked up. */
GPtrArray *lc_tunnel_details_new (const LcSshInfo *info);

G_END_DECLS
