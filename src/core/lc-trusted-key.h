/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-host-key.h"

G_BEGIN_DECLS

/* Why a host key is trusted. */
typedef enum
{
  LC_TRUST_ASKED,   /* the person was asked, and said yes */
  LC_TRUST_RESET,   /* likewise, after the machine was reset from here: a new one was expected */
  LC_TRUST_OPENSSH, /* it stood in a known hosts file of OpenSSH */
} LcTrustSource;

#define LC_TYPE_TRUST_SOURCE (lc_trust_source_get_type ())
GType lc_trust_source_get_type (void);

/* Returns: (transfer none): such as "openssh", for files and JSON output */
const char *lc_trust_source_name (LcTrustSource source);

/**
 * LcTrustedKey:
 * @alias: what the machine is called where the key is kept: one name for each incarnation
 * @machine: (nullable): the same for all incarnations of a machine, lc_trusted_key_dup_machine()
 * @incarnation: how often the machine had been reset from here
 * @machine_name: (nullable): what people called it then
 * @key: the key
 * @when: (nullable): since when it is trusted
 * @source: why
 * @by: (nullable): the login name, on this computer, of who trusted it
 *
 * A host key that is trusted, with when and by whom. What an older version has not noted is %NULL.
 */
typedef struct
{
  char *alias;
  char *machine;
  guint incarnation;
  char *machine_name;
  LcHostKey *key;
  GDateTime *when;
  LcTrustSource source;
  char *by;
} LcTrustedKey;

#define LC_TYPE_TRUSTED_KEY (lc_trusted_key_get_type ())
GType lc_trusted_key_get_type (void);

LcTrustedKey *lc_trusted_key_new (const char *alias, LcHostKey *key);
LcTrustedKey *lc_trusted_key_copy (const LcTrustedKey *self);
void lc_trusted_key_free (LcTrustedKey *self);

/* Returns: (transfer full): what names a machine in @machine: a hash of its id, which is compared
 * without case. */
char *lc_trusted_key_dup_machine (const char *machine_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcTrustedKey, lc_trusted_key_free)

G_END_DECLS
