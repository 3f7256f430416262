/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui-connector.h"

struct _UiConnector
{
  GObject parent_instance;

  char *id;
  char *title;
  char *icon_name;
};

static void connector_iface_init (LcConnectorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (UiConnector,
                               ui_connector,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_CONNECTOR, connector_iface_init))

static const char *
connector_get_id (LcConnector *connector)
{
  return UI_CONNECTOR (connector)->id;
}

static const char *
connector_get_title (LcConnector *connector)
{
  return UI_CONNECTOR (connector)->title;
}

static const char *
connector_get_icon_name (LcConnector *connector)
{
  return UI_CONNECTOR (connector)->icon_name;
}

static gboolean
connector_supports (LcConnector *connector, LcMachine *machine)
{
  return lc_machine_get_system (machine) == LC_MACHINE_SYSTEM_LINUX;
}

static void
connector_announce_steps (LcConnector *connector, LcOperation *operation)
{
  lc_operation_add_step (operation, "open", "Open it");
}

static DexFuture *
connector_open (LcConnector *connector,
                LcMachine *machine,
                LcCredentials *credentials,
                LcOperation *operation)
{
  return dex_future_new_take_object (ui_connection_new (machine));
}

static void
connector_iface_init (LcConnectorInterface *iface)
{
  iface->get_id = connector_get_id;
  iface->get_title = connector_get_title;
  iface->get_icon_name = connector_get_icon_name;
  iface->supports = connector_supports;
  iface->announce_steps = connector_announce_steps;
  iface->open = connector_open;
}

static void
ui_connector_finalize (GObject *object)
{
  UiConnector *self = UI_CONNECTOR (object);

  g_free (self->id);
  g_free (self->title);
  g_free (self->icon_name);

  G_OBJECT_CLASS (ui_connector_parent_class)->finalize (object);
}

static void
ui_connector_class_init (UiConnectorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ui_connector_finalize;
}

static void
ui_connector_init (UiConnector *self)
{
}

LcConnector *
ui_connector_new (const char *id, const char *title, const char *icon_name)
{
  UiConnector *self = g_object_new (UI_TYPE_CONNECTOR, NULL);

  self->id = g_strdup (id);
  self->title = g_strdup (title);
  self->icon_name = g_strdup (icon_name);

  return LC_CONNECTOR (self);
}

struct _UiConnection
{
  LcConnection parent_instance;
};

G_DEFINE_FINAL_TYPE (UiConnection, ui_connection, LC_TYPE_CONNECTION)

static DexFuture *
ui_connection_close (LcConnection *connection)
{
  lc_connection_set_closed (connection, NULL);

  return dex_future_new_for_boolean (TRUE);
}

static LcSecret *
ui_connection_dup_uri (LcConnection *connection)
{
  return lc_secret_new ("http://127.0.0.1:45871/tree?token=example");
}

static DexFuture *
ui_connection_show (LcConnection *connection)
{
  return dex_future_new_for_boolean (TRUE);
}

static GPtrArray *
ui_connection_dup_details (LcConnection *connection)
{
  GPtrArray *details = lc_details_new ();

  lc_details_add (details, "Address", "vm-1.school.example port 22", TRUE);
  lc_details_add (details, "Server", "SSH-2.0-OpenSSH_10.0p2 Debian-7", FALSE);
  lc_details_add (details, "Key exchange", "curve25519-sha256", FALSE);
  lc_details_add (details, "Fingerprint", "SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8",
                  TRUE);
  lc_details_add (details, "Encryption from the machine", "aes128-gcm@openssh.com", FALSE);
  return details;
}

static char *
ui_connection_dup_journal (LcConnection *connection)
{
  return g_strdup ("14:05:01 reached vm-1.school.example port 22\n"
                   "14:05:02 logged in as student with publickey\n"
                   "14:21:40 no answer for 4 s\n"
                   "14:22:04 lost: the machine did not answer for 28 s\n"
                   "14:22:05 logged in again\n");
}

static void
ui_connection_class_init (UiConnectionClass *klass)
{
  LcConnectionClass *connection_class = LC_CONNECTION_CLASS (klass);

  connection_class->close = ui_connection_close;
  connection_class->dup_uri = ui_connection_dup_uri;
  connection_class->show = ui_connection_show;
  connection_class->dup_details = ui_connection_dup_details;
  connection_class->dup_journal = ui_connection_dup_journal;
}

static void
ui_connection_init (UiConnection *self)
{
}

LcConnection *
ui_connection_new (LcMachine *machine)
{
  LcConnection *self = g_object_new (UI_TYPE_CONNECTION, "machine", machine, "connector-id",
                                     "notebook", "title", "Notebook", NULL);

  lc_connection_set_local_address (self, "127.0.0.1:45871");
  lc_connection_set_bytes (self, 1234567, 45678);
  lc_connection_set_state (self, LC_CONNECTION_OPEN, NULL);

  return self;
}
