/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether a hidden question of keyboard-interactive is the ordinary one for the password:
 * "Password" of pam_unix and its like, in the languages that servers are set up in. In doubt it is
 * not, and the person is asked. Any thread. */
gboolean lc_ssh_asks_password (const char *text);

/* Whether it is the one for the present password, before a new one is set. */
gboolean lc_ssh_asks_old_password (const char *text);

/* Whether it is for the password that is to be set, or for that once more. */
gboolean lc_ssh_asks_new_password (const char *text);

G_END_DECLS
