/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LcCloud:
 *
 * Where to sign in and whom to ask: an immutable pair of addresses with a name. Three are built in
 * (CONTRACTS 2: public, US Government, China); others, such as a local lab, come from the command
 * line, from settings, or from a file that a running service puts into
 * `$XDG_RUNTIME_DIR/labconnect/clouds/`.
 */
#define LC_TYPE_CLOUD (lc_cloud_get_type ())
G_DECLARE_FINAL_TYPE (LcCloud, lc_cloud, LC, CLOUD, GObject)

/**
 * lc_cloud_new:
 * @id: stable, such as "azure" or "http://127.0.0.1:4280"
 * @name: (nullable): what people read; @id when %NULL
 * @authority: base URL of the identity service, without trailing slash
 * @resource_manager: base URL of the API, without trailing slash
 * @error: %LC_ERROR_INVALID_INPUT: not a URL, or plain http to something that is not loopback
 *
 * Returns: (nullable) (transfer full): the cloud
 */
LcCloud *lc_cloud_new (const char *id,
                       const char *name,
                       const char *authority,
                       const char *resource_manager,
                       GError **error);

/* One address for both, as `--cloud URL` gives it. */
LcCloud *lc_cloud_new_for_url (const char *url, GError **error);

const char *lc_cloud_get_id (LcCloud *self);
const char *lc_cloud_get_name (LcCloud *self);
const char *lc_cloud_get_authority (LcCloud *self);
const char *lc_cloud_get_resource_manager (LcCloud *self);

/* Whether the service runs on this computer. */
gboolean lc_cloud_is_local (LcCloud *self);

/* Returns: (transfer full): the OAuth scope of its API, "{resource manager}/.default"
 * (CONTRACTS 3.2). */
char *lc_cloud_dup_scope (LcCloud *self);

/**
 * lc_cloud_list:
 *
 * Returns: (transfer full) (element-type LcCloud): a list model of the built-in clouds, after them
 * the local ones that run now; it follows the folder of cloud files while it lives. Main thread.
 */
GListModel *lc_cloud_list (void);

/* Returns: (nullable) (transfer full): the cloud with that id, from the list or, when @id is a URL,
 * made from it. */
LcCloud *lc_cloud_for_id (const char *id, GError **error);

G_END_DECLS
