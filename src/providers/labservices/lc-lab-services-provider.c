/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-lab-services-provider.h"

#include <string.h>

#include "lc-async.h"
#include "lc-lab-services-action.h"
#include "lc-lab-services-decode.h"
#include "lc-lab-services-error.h"
#include "lc-lab-services-invitation.h"
#include "lc-lab-services-student.h"
#include "lc-lab-services-teacher.h"

struct _LcLabServicesProvider
{
  GObject parent_instance;

  LcAccount *account;
  LcLabServicesSession *session;
};

/* What a call of the interface needs while it runs. */
typedef struct
{
  LcLabServicesSession *session;
  LcLabServicesActionKind kind;
  char *id; /* of a lab or a machine, or a registration code */
  char *login;
  LcSecret *password;
  LcOperation *operation;
} Call;

static void provider_init (LcProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcLabServicesProvider,
                               lc_lab_services_provider,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LC_TYPE_PROVIDER, provider_init))

static Call *
call_new (LcProvider *provider, const char *id)
{
  Call *call = g_new0 (Call, 1);

  call->session = lc_lab_services_session_ref (LC_LAB_SERVICES_PROVIDER (provider)->session);
  call->id = g_strdup (id);
  return call;
}

static void
call_free (gpointer data)
{
  Call *call = data;

  lc_lab_services_session_unref (call->session);
  g_free (call->id);
  g_free (call->login);
  g_clear_pointer (&call->password, lc_secret_unref);
  g_clear_object (&call->operation);
  g_free (call);
}

static DexFuture *
reject (GError *error)
{
  return dex_future_new_for_error (lc_lab_services_refine_error (error));
}

static GListModel *
to_list (GPtrArray *objects, GType type)
{
  GListStore *store = g_list_store_new (type);

  g_list_store_splice (store, 0, 0, objects->pdata, objects->len);
  return G_LIST_MODEL (store);
}

static int
compare_labs (gconstpointer a, gconstpointer b)
{
  const LcLabServicesLab *first = *(LcLabServicesLab *const *) a;
  const LcLabServicesLab *second = *(LcLabServicesLab *const *) b;
  int order = g_utf8_collate (first->name, second->name);

  return order != 0 ? order : strcmp (first->id, second->id);
}

static GListModel *
machines_of_lab (GPtrArray *machines, const char *lab_id)
{
  GListStore *store = g_list_store_new (LC_TYPE_MACHINE);

  for (guint i = 0; i < machines->len; i++)
    {
      LcMachine *machine = g_ptr_array_index (machines, i);

      if (g_ascii_strcasecmp (lc_machine_get_lab_id (machine), lab_id) == 0)
        g_list_store_append (store, machine);
    }
  return G_LIST_MODEL (store);
}

/* A student's labs come with their machines; those of a managed lab are all of its machines, and
 * are asked for lab by lab. */
static GListModel *
build_labs (LcLabServicesSession *session, GPtrArray *own_machines)
{
  GListStore *store = g_list_store_new (LC_TYPE_LAB);
  g_autoptr (GPtrArray) labs = g_hash_table_get_values_as_ptr_array (session->labs);

  g_ptr_array_sort (labs, compare_labs);
  for (guint i = 0; i < labs->len; i++)
    {
      const LcLabServicesLab *known = g_ptr_array_index (labs, i);
      g_autoptr (LcLab) lab = lc_lab_new (session->account_id, known->id, known->name);

      lc_lab_set_description (lab, known->description);
      if (!known->is_managed)
        {
          g_autoptr (GListModel) machines = machines_of_lab (own_machines, known->id);

          lc_lab_set_machines (lab, machines);
        }
      g_list_store_append (store, lab);
    }
  return G_LIST_MODEL (store);
}

/* The labs as they are now; what was known before is kept when asking fails. */
static GPtrArray *
await_labs (LcLabServicesSession *session, GError **error)
{
  g_autoptr (LcLabServicesSession) fresh = lc_lab_services_session_copy (session);
  g_autoptr (GPtrArray) machines = NULL;

  if (!lc_lab_services_student_await_labs (fresh, error))
    return NULL;
  machines = lc_lab_services_student_await_machines (fresh, NULL, error);
  if (machines == NULL || !lc_lab_services_teacher_await_labs (fresh, error))
    return NULL;
  lc_lab_services_session_take_labs (session, fresh);
  return g_steal_pointer (&machines);
}

static DexFuture *
list_labs_fiber (gpointer data)
{
  Call *call = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) machines = await_labs (call->session, &error);

  if (machines == NULL)
    return reject (g_steal_pointer (&error));
  return dex_future_new_take_object (build_labs (call->session, machines));
}

/* Which way a lab is to be asked about is known once the labs were listed. */
static gboolean
await_discovery (LcLabServicesSession *session, GError **error)
{
  g_autoptr (GPtrArray) machines = NULL;

  if (session->discovered)
    return TRUE;
  machines = await_labs (session, error);
  return machines != NULL;
}

static DexFuture *
list_machines_fiber (gpointer data)
{
  Call *call = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) machines = NULL;
  LcLabServicesLab *lab;

  if (!await_discovery (call->session, &error))
    return reject (g_steal_pointer (&error));
  lab = lc_lab_services_session_find_lab (call->session, call->id);
  if (lab != NULL && lab->is_managed)
    machines = lc_lab_services_teacher_await_machines (call->session, call->id, &error);
  else
    machines = lc_lab_services_student_await_machines (call->session, call->id, &error);
  if (machines == NULL)
    return reject (g_steal_pointer (&error));
  return dex_future_new_take_object (to_list (machines, LC_TYPE_MACHINE));
}

static DexFuture *
get_machine_fiber (gpointer data)
{
  Call *call = data;
  g_autoptr (GError) error = NULL;
  LcMachine *machine = NULL;

  if (await_discovery (call->session, &error))
    machine = lc_lab_services_await_machine (call->session, call->id, &error);
  if (machine == NULL)
    return reject (g_steal_pointer (&error));
  return dex_future_new_take_object (machine);
}

static DexFuture *
action_fiber (gpointer data)
{
  Call *call = data;
  g_autoptr (GError) error = NULL;
  LcLabServicesAction action = {
    .kind = call->kind,
    .machine_id = call->id,
    .login = call->login,
    .password = call->password,
    .operation = call->operation,
  };

  if (!await_discovery (call->session, &error) ||
      !lc_lab_services_await_action (call->session, &action, &error))
    return reject (g_steal_pointer (&error));
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
join_fiber (gpointer data)
{
  Call *call = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (LcHttpRequest) request =
      lc_lab_services_student_request ("register", LC_LAB_SERVICES_VERSION);

  lc_http_request_add_member (request, "registrationCode", call->id);
  if (!dex_await (lc_http_client_send (call->session->client, request), &error))
    return reject (g_steal_pointer (&error));
  return dex_future_new_for_boolean (TRUE);
}

static const char *
lc_lab_services_provider_get_id (LcProvider *provider)
{
  return "labservices";
}

static LcAccount *
lc_lab_services_provider_get_account (LcProvider *provider)
{
  return LC_LAB_SERVICES_PROVIDER (provider)->account;
}

static DexFuture *
lc_lab_services_provider_list_labs (LcProvider *provider)
{
  return lc_spawn (list_labs_fiber, call_new (provider, NULL), call_free);
}

static DexFuture *
lc_lab_services_provider_list_machines (LcProvider *provider, LcLab *lab)
{
  return lc_spawn (list_machines_fiber, call_new (provider, lc_lab_get_id (lab)), call_free);
}

static DexFuture *
lc_lab_services_provider_get_machine (LcProvider *provider, LcMachine *machine)
{
  return lc_spawn (get_machine_fiber, call_new (provider, lc_machine_get_id (machine)), call_free);
}

static Call *
action_new (LcProvider *provider,
            LcLabServicesActionKind kind,
            LcMachine *machine,
            LcOperation *operation)
{
  Call *call = call_new (provider, lc_machine_get_id (machine));

  call->kind = kind;
  g_set_object (&call->operation, operation);
  return call;
}

static DexFuture *
lc_lab_services_provider_start_machine (LcProvider *provider,
                                        LcMachine *machine,
                                        LcOperation *operation)
{
  return lc_spawn (action_fiber, action_new (provider, LC_LAB_SERVICES_START, machine, operation),
                   call_free);
}

static DexFuture *
lc_lab_services_provider_stop_machine (LcProvider *provider,
                                       LcMachine *machine,
                                       LcOperation *operation)
{
  return lc_spawn (action_fiber, action_new (provider, LC_LAB_SERVICES_STOP, machine, operation),
                   call_free);
}

static DexFuture *
lc_lab_services_provider_reset_password (LcProvider *provider,
                                         LcMachine *machine,
                                         const char *login,
                                         LcSecret *password,
                                         LcOperation *operation)
{
  Call *call;

  if (lc_machine_get_is_template (machine))
    return dex_future_new_for_error (lc_error_new (
        LC_ERROR_UNSUPPORTED, "A template machine's password is set when its lab is made"));
  call = action_new (provider, LC_LAB_SERVICES_RESET_PASSWORD, machine, operation);
  call->login = g_strdup (login);
  call->password = lc_secret_ref (password);
  return lc_spawn (action_fiber, call, call_free);
}

static DexFuture *
lc_lab_services_provider_join_lab (LcProvider *provider, const char *invitation)
{
  g_autofree char *code = lc_lab_services_parse_invitation (invitation);

  if (code == NULL)
    return dex_future_new_for_error (
        lc_error_new (LC_ERROR_INVALID_INPUT, "That is no registration code or link"));
  return lc_spawn (join_fiber, call_new (provider, code), call_free);
}

static void
provider_init (LcProviderInterface *iface)
{
  iface->get_id = lc_lab_services_provider_get_id;
  iface->get_account = lc_lab_services_provider_get_account;
  iface->list_labs = lc_lab_services_provider_list_labs;
  iface->list_machines = lc_lab_services_provider_list_machines;
  iface->get_machine = lc_lab_services_provider_get_machine;
  iface->start_machine = lc_lab_services_provider_start_machine;
  iface->stop_machine = lc_lab_services_provider_stop_machine;
  iface->reset_password = lc_lab_services_provider_reset_password;
  iface->join_lab = lc_lab_services_provider_join_lab;
}

static void
lc_lab_services_provider_dispose (GObject *object)
{
  LcLabServicesProvider *self = LC_LAB_SERVICES_PROVIDER (object);

  g_clear_object (&self->account);
  g_clear_pointer (&self->session, lc_lab_services_session_unref);

  G_OBJECT_CLASS (lc_lab_services_provider_parent_class)->dispose (object);
}

static void
lc_lab_services_provider_class_init (LcLabServicesProviderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lc_lab_services_provider_dispose;
}

static void
lc_lab_services_provider_init (LcLabServicesProvider *self)
{
}

LcLabServicesProvider *
lc_lab_services_provider_new (LcAccount *account, LcAuthorizer *authorizer)
{
  LcLabServicesProvider *self = g_object_new (LC_TYPE_LAB_SERVICES_PROVIDER, NULL);
  g_autoptr (LcHttpClient) client =
      lc_http_client_new (lc_cloud_get_resource_manager (lc_account_get_cloud (account)),
                          authorizer);

  self->account = g_object_ref (account);
  self->session = lc_lab_services_session_new (account, client);
  return self;
}
