/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-connection.h"
#include "lc-credentials.h"
#include "lc-operation.h"

G_BEGIN_DECLS

/**
 * LcConnector:
 *
 * A way to be at work on a running machine. Main thread.
 */
#define LC_TYPE_CONNECTOR (lc_connector_get_type ())
G_DECLARE_INTERFACE (LcConnector, lc_connector, LC, CONNECTOR, GObject)

struct _LcConnectorInterface
{
  GTypeInterface parent_iface;

  const char *(*get_id) (LcConnector *self);
  const char *(*get_title) (LcConnector *self);
  const char *(*get_icon_name) (LcConnector *self);
  gboolean (*supports) (LcConnector *self, LcMachine *machine);
  void (*announce_steps) (LcConnector *self, LcOperation *operation);
  DexFuture *(*open) (LcConnector *self,
                      LcMachine *machine,
                      LcCredentials *credentials,
                      LcOperation *operation);
};

const char *lc_connector_get_id (LcConnector *self); /* "notebook" */
const char *
lc_connector_get_title (LcConnector *self); /* translated, as on a button: "Open Notebook" */
const char *lc_connector_get_icon_name (LcConnector *self); /* symbolic */
gboolean lc_connector_supports (LcConnector *self, LcMachine *machine);

/* Adds its steps to an operation that is about to come to it, so that they show from the start. */
void lc_connector_announce_steps (LcConnector *self, LcOperation *operation);

/**
 * lc_connector_open:
 * @machine: a running machine
 * @credentials: how to log in
 * @operation: where it tells its steps, and whose cancellable ends it; not finished here
 *
 * Resolves to an #LcConnection that is open and was shown (the browser is at the notebook). Rejects
 * with %LC_ERROR_AUTH_FAILED (the caller asks again), HOST_KEY_CHANGED, REMOTE_FAILED,
 * MISSING_PROGRAM …
 */
DexFuture *lc_connector_open (LcConnector *self,
                              LcMachine *machine,
                              LcCredentials *credentials,
                              LcOperation *operation) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
