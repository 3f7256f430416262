/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-fake-provider.h"

#include <lc-async.h>
#include <lc-error.h>

struct _LcFakeProvider
{
  GObject parent_instance;
  char *id;
  LcAccount *account;
  GListStore *labs;
  GHashTable *bare;     /* ids of labs whose machines are listed apart */
  GHashTable *calls;    /* method → how often */
  GHashTable *failures; /* method → Failure */
  LcSecret *password;
  guint delay;
  guint boot;
};

typedef struct
{
  guint times;
  GError *error;
} Failure;

typedef struct
{
  LcFakeProvider *self;
  const char *method;
  char *id; /* of a lab or machine */
  LcMachineState passing;
  LcMachineState reached;
} Call;

static void provider_init (LcProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcFakeProvider,
                               lc_fake_provider,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_PROVIDER, provider_init))

static void
failure_free (gpointer data)
{
  g_error_free (((Failure *) data)->error);
  g_free (data);
}

static void
call_free (gpointer data)
{
  Call *call = data;

  g_object_unref (call->self);
  g_free (call->id);
  g_free (call);
}

static LcMachine *
copy_machine (LcMachine *machine)
{
  LcMachine *copy =
      lc_machine_new (lc_machine_get_account_id (machine), lc_machine_get_lab_id (machine),
                      lc_machine_get_id (machine), lc_machine_get_name (machine));

  lc_machine_update (copy, machine);
  return copy;
}

static GListModel *
copy_machines (LcLab *lab)
{
  GListModel *machines = lc_lab_get_machines (lab);
  GListStore *copies = g_list_store_new (LC_TYPE_MACHINE);

  for (guint i = 0; i < g_list_model_get_n_items (machines); i++)
    {
      g_autoptr (LcMachine) machine = g_list_model_get_item (machines, i);
      g_autoptr (LcMachine) copy = copy_machine (machine);

      g_list_store_append (copies, copy);
    }
  return G_LIST_MODEL (copies);
}

static LcLab *
find_lab (LcFakeProvider *self, const char *id, guint *position)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->labs)); i++)
    {
      g_autoptr (LcLab) lab = g_list_model_get_item (G_LIST_MODEL (self->labs), i);

      if (g_str_equal (lc_lab_get_id (lab), id))
        {
          *position = i;
          return lab;
        }
    }
  return NULL;
}

static GListModel *
copy_labs (LcFakeProvider *self)
{
  GListStore *copies = g_list_store_new (LC_TYPE_LAB);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->labs)); i++)
    {
      g_autoptr (LcLab) lab = g_list_model_get_item (G_LIST_MODEL (self->labs), i);
      g_autoptr (LcLab) copy =
          lc_lab_new (lc_lab_get_account_id (lab), lc_lab_get_id (lab), lc_lab_get_name (lab));

      lc_lab_set_description (copy, lc_lab_get_description (lab));
      if (!g_hash_table_contains (self->bare, lc_lab_get_id (lab)))
        {
          g_autoptr (GListModel) machines = copy_machines (lab);

          lc_lab_set_machines (copy, machines);
        }
      g_list_store_append (copies, copy);
    }
  return G_LIST_MODEL (copies);
}

static DexFuture *
not_found (const char *what)
{
  return dex_future_new_for_error (lc_error_new (LC_ERROR_NOT_FOUND, "There is no %s", what));
}

/* Runs on a fiber: what every call has to go through. */
static gboolean
enter (Call *call, GError **error)
{
  LcFakeProvider *self = call->self;
  Failure *failure;

  if (self->delay > 0 && !dex_await (lc_sleep (self->delay), error))
    return FALSE;
  failure = g_hash_table_lookup (self->failures, call->method);
  if (failure == NULL || failure->times == 0)
    return TRUE;
  failure->times--;
  g_propagate_error (error, g_error_copy (failure->error));
  return FALSE;
}

static DexFuture *
list_labs_fiber (gpointer data)
{
  Call *call = data;
  /* As a service does: what it says is how things were when it was asked. */
  g_autoptr (GListModel) labs = copy_labs (call->self);
  g_autoptr (GError) error = NULL;

  if (!enter (call, &error))
    return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));
  return dex_future_new_take_object (g_steal_pointer (&labs));
}

static DexFuture *
list_machines_fiber (gpointer data)
{
  Call *call = data;
  guint position;
  LcLab *lab = find_lab (call->self, call->id, &position);
  g_autoptr (GListModel) machines = lab != NULL ? copy_machines (lab) : NULL;
  g_autoptr (GError) error = NULL;

  if (!enter (call, &error))
    return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));
  return machines != NULL ? dex_future_new_take_object (g_steal_pointer (&machines))
                          : not_found ("such lab");
}

static DexFuture *
get_machine_fiber (gpointer data)
{
  Call *call = data;
  LcMachine *machine = lc_fake_provider_get (call->self, call->id);
  g_autoptr (LcMachine) copy = machine != NULL ? copy_machine (machine) : NULL;
  g_autoptr (GError) error = NULL;

  if (!enter (call, &error))
    return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));
  return copy != NULL ? dex_future_new_take_object (g_steal_pointer (&copy))
                      : not_found ("such machine");
}

static DexFuture *
power_fiber (gpointer data)
{
  Call *call = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (LcMachine) machine = NULL;

  if (!enter (call, &error))
    return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));
  g_set_object (&machine, lc_fake_provider_get (call->self, call->id));
  if (machine == NULL)
    return not_found ("such machine");
  lc_machine_set_state (machine, call->passing);
  /* Who stops waiting does not stop the service; this one then stays between two states. */
  if (!dex_await (lc_sleep (call->self->boot), &error))
    return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));
  lc_machine_set_state (machine, call->reached);
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
simple_fiber (gpointer data)
{
  Call *call = data;
  g_autoptr (GError) error = NULL;
  LcMachine *machine;

  if (!enter (call, &error))
    return dex_future_new_for_error (lc_error_convert (g_steal_pointer (&error)));
  machine = call->id != NULL ? lc_fake_provider_get (call->self, call->id) : NULL;
  if (machine != NULL)
    lc_machine_set_password_required (machine, FALSE);
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
begin (LcFakeProvider *self,
       const char *method,
       const char *id,
       DexFiberFunc func,
       LcMachineState passing,
       LcMachineState reached)
{
  Call *call = g_new0 (Call, 1);

  g_hash_table_insert (self->calls, (char *) method,
                       GUINT_TO_POINTER (
                           GPOINTER_TO_UINT (g_hash_table_lookup (self->calls, method)) + 1));
  call->self = g_object_ref (self);
  call->method = method;
  call->id = g_strdup (id);
  call->passing = passing;
  call->reached = reached;
  return lc_spawn (func, call, call_free);
}

static const char *
get_id (LcProvider *provider)
{
  return LC_FAKE_PROVIDER (provider)->id;
}

static LcAccount *
get_account (LcProvider *provider)
{
  return LC_FAKE_PROVIDER (provider)->account;
}

static DexFuture *
list_labs (LcProvider *provider)
{
  return begin (LC_FAKE_PROVIDER (provider), "list-labs", NULL, list_labs_fiber, 0, 0);
}

static DexFuture *
list_machines (LcProvider *provider, LcLab *lab)
{
  return begin (LC_FAKE_PROVIDER (provider), "list-machines", lc_lab_get_id (lab),
                list_machines_fiber, 0, 0);
}

static DexFuture *
get_machine (LcProvider *provider, LcMachine *machine)
{
  return begin (LC_FAKE_PROVIDER (provider), "get-machine", lc_machine_get_id (machine),
                get_machine_fiber, 0, 0);
}

static DexFuture *
start_machine (LcProvider *provider, LcMachine *machine, LcOperation *operation)
{
  return begin (LC_FAKE_PROVIDER (provider), "start", lc_machine_get_id (machine), power_fiber,
                LC_MACHINE_STATE_STARTING, LC_MACHINE_STATE_RUNNING);
}

static DexFuture *
stop_machine (LcProvider *provider, LcMachine *machine, LcOperation *operation)
{
  return begin (LC_FAKE_PROVIDER (provider), "stop", lc_machine_get_id (machine), power_fiber,
                LC_MACHINE_STATE_STOPPING, LC_MACHINE_STATE_STOPPED);
}

static DexFuture *
reset_password (LcProvider *provider,
                LcMachine *machine,
                const char *login,
                LcSecret *password,
                LcOperation *operation)
{
  LcFakeProvider *self = LC_FAKE_PROVIDER (provider);

  g_clear_pointer (&self->password, lc_secret_unref);
  self->password = lc_secret_ref (password);
  return begin (self, "reset-password", lc_machine_get_id (machine), simple_fiber, 0, 0);
}

static DexFuture *
join_lab (LcProvider *provider, const char *invitation)
{
  return begin (LC_FAKE_PROVIDER (provider), "join", NULL, simple_fiber, 0, 0);
}

static void
provider_init (LcProviderInterface *iface)
{
  iface->get_id = get_id;
  iface->get_account = get_account;
  iface->list_labs = list_labs;
  iface->list_machines = list_machines;
  iface->get_machine = get_machine;
  iface->start_machine = start_machine;
  iface->stop_machine = stop_machine;
  iface->reset_password = reset_password;
  iface->join_lab = join_lab;
}

static void
lc_fake_provider_finalize (GObject *object)
{
  LcFakeProvider *self = LC_FAKE_PROVIDER (object);

  g_free (self->id);
  g_clear_object (&self->account);
  g_clear_object (&self->labs);
  g_clear_pointer (&self->bare, g_hash_table_unref);
  g_clear_pointer (&self->calls, g_hash_table_unref);
  g_clear_pointer (&self->failures, g_hash_table_unref);
  g_clear_pointer (&self->password, lc_secret_unref);
  G_OBJECT_CLASS (lc_fake_provider_parent_class)->finalize (object);
}

static void
lc_fake_provider_class_init (LcFakeProviderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_fake_provider_finalize;
}

static void
lc_fake_provider_init (LcFakeProvider *self)
{
  self->labs = g_list_store_new (LC_TYPE_LAB);
  self->bare = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->calls = g_hash_table_new (g_str_hash, g_str_equal);
  self->failures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, failure_free);
}

LcFakeProvider *
lc_fake_provider_new (const char *id, LcAccount *account)
{
  LcFakeProvider *self = g_object_new (LC_TYPE_FAKE_PROVIDER, NULL);

  self->id = g_strdup (id);
  self->account = g_object_ref (account);
  return self;
}

LcAccount *
lc_fake_account_new (const char *user_name)
{
  g_autoptr (LcCloud) cloud = lc_cloud_new_for_url ("http://127.0.0.1:9", NULL);

  return lc_account_new (cloud, "tenant", user_name, user_name, NULL);
}

void
lc_fake_provider_add_lab (LcFakeProvider *self,
                          const char *id,
                          const char *name,
                          guint n_machines,
                          gboolean loaded)
{
  const char *account_id = lc_account_get_id (self->account);
  g_autoptr (LcLab) lab = lc_lab_new (account_id, id, name);
  g_autoptr (GListStore) machines = g_list_store_new (LC_TYPE_MACHINE);

  for (guint i = 1; i <= n_machines; i++)
    {
      g_autofree char *machine_id = g_strdup_printf ("%s-%u", id, i);
      g_autoptr (LcMachine) machine = lc_machine_new (account_id, id, machine_id, machine_id);

      lc_machine_set_state (machine, LC_MACHINE_STATE_STOPPED);
      lc_machine_set_system (machine, LC_MACHINE_SYSTEM_LINUX);
      lc_machine_set_actions (machine, LC_MACHINE_CAN_START | LC_MACHINE_CAN_STOP |
                                           LC_MACHINE_CAN_RESET_PASSWORD);
      lc_machine_set_ssh (machine, "127.0.0.1", 2200 + i);
      lc_machine_set_login (machine, "student");
      lc_machine_set_usage (machine, i % 10 * 3600, 10 * 3600);
      g_list_store_append (machines, machine);
    }
  lc_lab_set_machines (lab, G_LIST_MODEL (machines));
  if (!loaded)
    g_hash_table_add (self->bare, g_strdup (id));
  g_list_store_append (self->labs, lab);
}

void
lc_fake_provider_remove_lab (LcFakeProvider *self, const char *id)
{
  guint position;

  if (find_lab (self, id, &position) != NULL)
    g_list_store_remove (self->labs, position);
}

LcMachine *
lc_fake_provider_get (LcFakeProvider *self, const char *machine_id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->labs)); i++)
    {
      g_autoptr (LcLab) lab = g_list_model_get_item (G_LIST_MODEL (self->labs), i);
      GListModel *machines = lc_lab_get_machines (lab);

      for (guint j = 0; j < g_list_model_get_n_items (machines); j++)
        {
          g_autoptr (LcMachine) machine = g_list_model_get_item (machines, j);

          if (g_str_equal (lc_machine_get_id (machine), machine_id))
            return machine;
        }
    }
  return NULL;
}

void
lc_fake_provider_remove_machine (LcFakeProvider *self, const char *machine_id)
{
  LcMachine *machine = lc_fake_provider_get (self, machine_id);
  guint position;
  GListStore *machines;

  if (machine == NULL)
    return;
  machines = G_LIST_STORE (
      lc_lab_get_machines (find_lab (self, lc_machine_get_lab_id (machine), &position)));
  if (g_list_store_find (machines, machine, &position))
    g_list_store_remove (machines, position);
}

void
lc_fake_provider_set_delay (LcFakeProvider *self, guint milliseconds)
{
  self->delay = milliseconds;
}

void
lc_fake_provider_set_boot (LcFakeProvider *self, guint milliseconds)
{
  self->boot = milliseconds;
}

void
lc_fake_provider_fail (LcFakeProvider *self, const char *method, guint times, const GError *error)
{
  Failure *failure = g_new0 (Failure, 1);

  failure->times = times;
  failure->error = g_error_copy (error);
  g_hash_table_insert (self->failures, g_strdup (method), failure);
}

guint
lc_fake_provider_count (LcFakeProvider *self, const char *method)
{
  GHashTableIter iter;
  gpointer times;
  guint sum = 0;

  if (method != NULL)
    return GPOINTER_TO_UINT (g_hash_table_lookup (self->calls, method));
  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, NULL, &times))
    sum += GPOINTER_TO_UINT (times);
  return sum;
}

LcSecret *
lc_fake_provider_get_password (LcFakeProvider *self)
{
  return self->password;
}
