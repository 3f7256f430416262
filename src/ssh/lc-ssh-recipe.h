/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "lc-credentials.h"
#include "lc-host-key.h"
#include "lc-prompt.h"
#include "lc-ssh-connection.h"
#include "lc-ssh-times.h"

G_BEGIN_DECLS

/**
 * LcSshRecipe:
 *
 * How a connection was made, which makes it again, or a second one beside it, without asking about
 * what was answered. Holds secrets: dropped with the connection. Reference counted; main thread.
 */
typedef struct _LcSshRecipe LcSshRecipe;

/**
 * lc_ssh_recipe_new:
 * @credentials: what worked
 * @key: (nullable): the private key's content
 * @host_key: what the machine showed: it must show it again
 * @jump: (nullable): the connection that it goes through
 * @prompt: whom to ask what the machine wants to know anew each time, such as a one-time code
 */
LcSshRecipe *lc_ssh_recipe_new (const LcSshTimes *times,
                                LcCredentials *credentials,
                                LcSecret *key,
                                LcHostKey *host_key,
                                LcSshConnection *jump,
                                LcPrompt *prompt);

/* Returns: (transfer full): the same with another way to log in */
LcSshRecipe *lc_ssh_recipe_vary (LcSshRecipe *self, LcCredentials *credentials, LcSecret *key);

LcSshRecipe *lc_ssh_recipe_ref (LcSshRecipe *self);
void lc_ssh_recipe_unref (LcSshRecipe *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcSshRecipe, lc_ssh_recipe_unref)

const LcSshTimes *lc_ssh_recipe_get_times (LcSshRecipe *self);
LcPrompt *lc_ssh_recipe_get_prompt (LcSshRecipe *self);
LcCredentials *lc_ssh_recipe_get_credentials (LcSshRecipe *self);

/* Makes @connection once: reaches the machine, through the jump host, which is made again first if
 * it must be; compares the host key; logs in. @connection is not held meanwhile, so that whoever
 * drops it ends this. Resolves to %TRUE; rejects with what lc_ssh_pool_connect() does, and with
 * %LC_ERROR_CONFLICT when the machine does not run. */
DexFuture *lc_ssh_recipe_follow (LcSshRecipe *self,
                                 LcSshConnection *connection) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
