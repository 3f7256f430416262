/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-secret.h"

G_BEGIN_DECLS

/* What to run on the machine with lc_ssh_connection_exec(); the input is the script. */
#define LC_NOTEBOOK_COMMAND "exec sh -s"

/* Inputs for it; all transfer full. They are wiped when they are freed. */
GBytes *lc_notebook_script_find (void);
GBytes *lc_notebook_script_start (LcSecret *token, gboolean use_socket);
GBytes *lc_notebook_script_stop (guint pid);

/* Returns: (transfer full) (nullable): 48 hexadecimal digits from the kernel's random numbers, as
 * many as Jupyter's own tokens have; %NULL with @error when there are none. */
LcSecret *lc_notebook_token_new (GError **error);

G_END_DECLS
