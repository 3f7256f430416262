/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-connector.h"

G_DEFINE_INTERFACE (LcConnector, lc_connector, G_TYPE_OBJECT)

static void
lc_connector_default_init (LcConnectorInterface *iface)
{
}

const char *
lc_connector_get_id (LcConnector *self)
{
  return LC_CONNECTOR_GET_IFACE (self)->get_id (self);
}

const char *
lc_connector_get_title (LcConnector *self)
{
  return LC_CONNECTOR_GET_IFACE (self)->get_title (self);
}

const char *
lc_connector_get_icon_name (LcConnector *self)
{
  return LC_CONNECTOR_GET_IFACE (self)->get_icon_name (self);
}

gboolean
lc_connector_supports (LcConnector *self, LcMachine *machine)
{
  return LC_CONNECTOR_GET_IFACE (self)->supports (self, machine);
}

void
lc_connector_announce_steps (LcConnector *self, LcOperation *operation)
{
  LC_CONNECTOR_GET_IFACE (self)->announce_steps (self, operation);
}

DexFuture *
lc_connector_open (LcConnector *self,
                   LcMachine *machine,
                   LcCredentials *credentials,
                   LcOperation *operation)
{
  return LC_CONNECTOR_GET_IFACE (self)->open (self, machine, credentials, operation);
}
