/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "lc-credentials.h"

G_BEGIN_DECLS

/**
 * LcProfileStore:
 *
 * What this computer remembers of each machine, without secrets: login and method, reserved local
 * ports, how often it was reset from here. Kept in one file, written atomically; a file that cannot
 * be read is set aside. Main thread.
 */
#define LC_TYPE_PROFILE_STORE (lc_profile_store_get_type ())
G_DECLARE_FINAL_TYPE (LcProfileStore, lc_profile_store, LC, PROFILE_STORE, GObject)

LcProfileStore *lc_profile_store_new (const char *path);

char *lc_profile_store_dup_login (LcProfileStore *self, const char *machine_id); /* nullable */
LcAuthMethod lc_profile_store_get_method (LcProfileStore *self, const char *machine_id);

/* Nullable: as lc_credentials_get_key() has it, for the method that is remembered. */
char *lc_profile_store_dup_key (LcProfileStore *self, const char *machine_id);

/* @key: (nullable): as lc_credentials_get_key() has it */
void lc_profile_store_set_login (LcProfileStore *self,
                                 const char *machine_id,
                                 const char *login,
                                 LcAuthMethod method,
                                 const char *key);

/* The local port that browser tabs and bookmarks of this machine know; @purpose such as "notebook".
 * 0: none yet. */
guint16
lc_profile_store_get_local_port (LcProfileStore *self, const char *machine_id, const char *purpose);
void lc_profile_store_set_local_port (LcProfileStore *self,
                                      const char *machine_id,
                                      const char *purpose,
                                      guint16 port);

/* The machine's incarnation: 0, and one more each time it is reset from here. Host keys belong to
 * an incarnation. */
guint lc_profile_store_get_incarnation (LcProfileStore *self, const char *machine_id);
void lc_profile_store_count_reset (LcProfileStore *self, const char *machine_id);

/* The jump hosts on the way to the machine, "[user@]host[:port]", several separated by commas;
 * %NULL none. Not validated here. */
char *lc_profile_store_dup_jump (LcProfileStore *self, const char *machine_id);
void lc_profile_store_set_jump (LcProfileStore *self, const char *machine_id, const char *jump);

G_END_DECLS
