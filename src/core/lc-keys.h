/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "lc-credentials.h"
#include "lc-machine.h"
#include "lc-operation.h"

G_BEGIN_DECLS

/**
 * LcKey:
 *
 * A key that the person has: a private key file, or one that an SSH agent holds. Immutable.
 */
#define LC_TYPE_KEY (lc_key_get_type ())
G_DECLARE_FINAL_TYPE (LcKey, lc_key, LC, KEY, GObject)

/**
 * lc_key_new:
 * @method: %LC_AUTH_METHOD_KEY_FILE or %LC_AUTH_METHOD_AGENT
 * @path: (nullable): of the file
 * @kind: as people call it, such as "ED25519"
 * @comment: (nullable): what its owner wrote behind it
 * @fingerprint: (nullable): "SHA256:…"; %NULL when it is not known without the passphrase
 * @encrypted: whether a passphrase protects the file
 */
LcKey *lc_key_new (LcAuthMethod method,
                   const char *path,
                   const char *kind,
                   const char *comment,
                   const char *fingerprint,
                   gboolean encrypted);
LcAuthMethod lc_key_get_method (LcKey *self);
const char *lc_key_get_path (LcKey *self); /* nullable */
const char *lc_key_get_kind (LcKey *self);
const char *lc_key_get_comment (LcKey *self);     /* nullable */
const char *lc_key_get_fingerprint (LcKey *self); /* nullable */
gboolean lc_key_get_encrypted (LcKey *self);

/**
 * LcKeys:
 *
 * The person's keys, and new ones for machines. Main thread.
 */
#define LC_TYPE_KEYS (lc_keys_get_type ())
G_DECLARE_INTERFACE (LcKeys, lc_keys, LC, KEYS, GObject)

struct _LcKeysInterface
{
  GTypeInterface parent_iface;

  DexFuture *(*list) (LcKeys *self);
  void (*announce_steps) (LcKeys *self, LcOperation *operation);
  DexFuture *(*make) (LcKeys *self,
                      LcMachine *machine,
                      LcCredentials *credentials,
                      LcOperation *operation);
};

/* What is there now: the private key files in ~/.ssh, then the keys of the SSH agent. Resolves to a
 * #GListModel of #LcKey; an agent that does not answer has none. */
DexFuture *lc_keys_list (LcKeys *self) G_GNUC_WARN_UNUSED_RESULT;

/* Adds the steps of lc_keys_make() to an operation. */
void lc_keys_announce_steps (LcKeys *self, LcOperation *operation);

/**
 * lc_keys_make:
 * @credentials: with which one gets in now
 *
 * Makes a key for a machine that runs, and a login there: in memory, and nowhere else. Puts its
 * public half on the machine and logs in with it once, to see that it works.
 *
 * Resolves to the private key, an #LcSecret (boxed), which is lost unless it is kept. Rejects as
 * connecting does, and with %LC_ERROR_REMOTE_FAILED when the machine does not take the key.
 */
DexFuture *lc_keys_make (LcKeys *self,
                         LcMachine *machine,
                         LcCredentials *credentials,
                         LcOperation *operation) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
