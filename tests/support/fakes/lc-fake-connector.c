/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-fake-connector.h"

#include <lc-async.h>
#include <lc-error.h>

struct _LcFakeConnection
{
  LcConnection parent_instance;
  char *journal;
  guint shown;
};

G_DEFINE_FINAL_TYPE (LcFakeConnection, lc_fake_connection, LC_TYPE_CONNECTION)

struct _LcFakeConnector
{
  GObject parent_instance;
  char *id;
  char *password;
  char *next_password;
  gboolean hides_expiry;
  GError *error;
  guint times;
  guint delay;
  guint count;
};

typedef struct
{
  LcFakeConnector *self;
  LcMachine *machine;
  LcCredentials *credentials;
  LcOperation *operation;
} Attempt;

static void connector_init (LcConnectorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcFakeConnector,
                               lc_fake_connector,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_CONNECTOR, connector_init))

static LcSecret *
dup_uri (LcConnection *connection)
{
  return lc_secret_new ("http://127.0.0.1:45871/tree?token=fake");
}

static DexFuture *
show (LcConnection *connection)
{
  LC_FAKE_CONNECTION (connection)->shown++;
  return dex_future_new_for_boolean (TRUE);
}

static GPtrArray *
dup_details (LcConnection *connection)
{
  GPtrArray *details = lc_details_new ();

  lc_details_add (details, "Address", "192.0.2.7 port 22", TRUE);
  lc_details_add (details, "Key exchange", "curve25519-sha256", FALSE);
  return details;
}

static char *
dup_journal (LcConnection *connection)
{
  return g_strdup (LC_FAKE_CONNECTION (connection)->journal);
}

static void
lc_fake_connection_finalize (GObject *object)
{
  g_free (LC_FAKE_CONNECTION (object)->journal);
  G_OBJECT_CLASS (lc_fake_connection_parent_class)->finalize (object);
}

static void
lc_fake_connection_class_init (LcFakeConnectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_fake_connection_finalize;
  LC_CONNECTION_CLASS (klass)->dup_details = dup_details;
  LC_CONNECTION_CLASS (klass)->dup_journal = dup_journal;
  LC_CONNECTION_CLASS (klass)->dup_uri = dup_uri;
  LC_CONNECTION_CLASS (klass)->show = show;
}

static void
lc_fake_connection_init (LcFakeConnection *self)
{
}

LcFakeConnection *
lc_fake_connection_new (LcMachine *machine, const char *connector_id)
{
  LcFakeConnection *self = g_object_new (LC_TYPE_FAKE_CONNECTION, "machine", machine,
                                         "connector-id", connector_id, "title", "Fake", NULL);

  lc_connection_set_local_address (LC_CONNECTION (self), "127.0.0.1:45871");
  return self;
}

guint
lc_fake_connection_get_shown (LcFakeConnection *self)
{
  return self->shown;
}

void
lc_fake_connection_set_journal (LcFakeConnection *self, const char *journal)
{
  g_set_str (&self->journal, journal);
}

static void
attempt_free (gpointer data)
{
  Attempt *attempt = data;

  g_object_unref (attempt->self);
  g_object_unref (attempt->machine);
  g_object_unref (attempt->operation);
  lc_credentials_unref (attempt->credentials);
  g_free (attempt);
}

static gboolean
is_accepted (Attempt *attempt)
{
  LcSecret *secret = lc_credentials_get_secret (attempt->credentials);

  return attempt->self->password == NULL ||
         (secret != NULL && g_str_equal (lc_secret_peek (secret), attempt->self->password));
}

/* As a machine that lets people in and then does nothing for them. */
static gboolean
finds_expiry (Attempt *attempt)
{
  if (!attempt->self->hides_expiry || lc_credentials_get_expired (attempt->credentials))
    return FALSE;
  lc_credentials_set_expired (attempt->credentials, TRUE);
  return TRUE;
}

static void
change_password (Attempt *attempt)
{
  LcFakeConnector *self = attempt->self;
  g_autoptr (LcSecret) next = NULL;

  if (self->next_password == NULL || !is_accepted (attempt))
    return;
  next = lc_secret_new (self->next_password);
  lc_credentials_replace_password (attempt->credentials, next);
  lc_credentials_set_expired (attempt->credentials, FALSE);
  self->hides_expiry = FALSE;
  g_free (self->password);
  self->password = g_steal_pointer (&self->next_password);
}

static DexFuture *
open_fiber (gpointer data)
{
  Attempt *attempt = data;
  LcFakeConnector *self = attempt->self;
  const LcErrorDetails details = { .service_code = (char *) "password" };
  const LcErrorDetails expired = { .service_code = (char *) "password-expired-terminal" };
  g_autoptr (GError) error = NULL;

  lc_operation_begin_step (attempt->operation, "reach", NULL);
  if (self->delay > 0 && !dex_await (lc_sleep (self->delay), &error))
    return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));
  if (finds_expiry (attempt))
    return dex_future_new_for_error (
        lc_error_new_with_details (LC_ERROR_AUTH_FAILED, &expired, "The password has expired"));
  change_password (attempt);
  if (self->times > 0)
    {
      self->times--;
      return dex_future_new_for_error (g_error_copy (self->error));
    }
  lc_operation_begin_step (attempt->operation, "log-in", NULL);
  if (!is_accepted (attempt))
    return dex_future_new_for_error (
        lc_error_new_with_details (LC_ERROR_AUTH_FAILED, &details, "The password is wrong"));
  lc_operation_begin_step (attempt->operation, "open", NULL);
  return dex_future_new_take_object (lc_fake_connection_new (attempt->machine, self->id));
}

static const char *
get_id (LcConnector *connector)
{
  return LC_FAKE_CONNECTOR (connector)->id;
}

static const char *
get_title (LcConnector *connector)
{
  return "Open Notebook";
}

static const char *
get_icon_name (LcConnector *connector)
{
  return "web-browser-symbolic";
}

static gboolean
supports (LcConnector *connector, LcMachine *machine)
{
  return lc_machine_get_system (machine) != LC_MACHINE_SYSTEM_WINDOWS;
}

static void
announce_steps (LcConnector *connector, LcOperation *operation)
{
  lc_operation_add_step (operation, "reach", "Wait for the machine to answer");
  lc_operation_add_step (operation, "log-in", "Log in");
  lc_operation_add_step (operation, "open", "Open the notebook");
}

static DexFuture *
open_connection (LcConnector *connector,
                 LcMachine *machine,
                 LcCredentials *credentials,
                 LcOperation *operation)
{
  Attempt *attempt = g_new0 (Attempt, 1);

  LC_FAKE_CONNECTOR (connector)->count++;
  attempt->self = g_object_ref (LC_FAKE_CONNECTOR (connector));
  attempt->machine = g_object_ref (machine);
  attempt->credentials = lc_credentials_ref (credentials);
  attempt->operation = g_object_ref (operation);
  return lc_spawn (open_fiber, attempt, attempt_free);
}

static void
connector_init (LcConnectorInterface *iface)
{
  iface->get_id = get_id;
  iface->get_title = get_title;
  iface->get_icon_name = get_icon_name;
  iface->supports = supports;
  iface->announce_steps = announce_steps;
  iface->open = open_connection;
}

static void
lc_fake_connector_finalize (GObject *object)
{
  LcFakeConnector *self = LC_FAKE_CONNECTOR (object);

  g_free (self->id);
  g_free (self->password);
  g_free (self->next_password);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (lc_fake_connector_parent_class)->finalize (object);
}

static void
lc_fake_connector_class_init (LcFakeConnectorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_fake_connector_finalize;
}

static void
lc_fake_connector_init (LcFakeConnector *self)
{
}

LcFakeConnector *
lc_fake_connector_new (const char *id)
{
  LcFakeConnector *self = g_object_new (LC_TYPE_FAKE_CONNECTOR, NULL);

  self->id = g_strdup (id);
  return self;
}

void
lc_fake_connector_set_password (LcFakeConnector *self, const char *password)
{
  g_set_str (&self->password, password);
}

void
lc_fake_connector_expire_password (LcFakeConnector *self, const char *next, gboolean hidden)
{
  g_set_str (&self->next_password, next);
  self->hides_expiry = hidden;
}

void
lc_fake_connector_fail (LcFakeConnector *self, guint times, const GError *error)
{
  g_clear_error (&self->error);
  self->error = g_error_copy (error);
  self->times = times;
}

void
lc_fake_connector_set_delay (LcFakeConnector *self, guint milliseconds)
{
  self->delay = milliseconds;
}

guint
lc_fake_connector_count (LcFakeConnector *self)
{
  return self->count;
}
