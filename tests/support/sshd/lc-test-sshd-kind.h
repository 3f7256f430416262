/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-test-sshd.h"

G_BEGIN_DECLS

/* What is different between the kinds of servers. */

/* Writes the configuration. Returns: (transfer full): how to start it */
char **
lc_test_sshd_prepare (LcTestSshdKind kind, const char *folder, guint16 port, const char *options);

/* @type: "ed25519" or "rsa"; the public half is in OpenSSH's form, host_TYPE.pub */
void lc_test_sshd_make_host_key (LcTestSshdKind kind, const char *folder, const char *type);

G_END_DECLS
