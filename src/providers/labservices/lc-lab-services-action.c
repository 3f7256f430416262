/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-lab-services-action.h"

#include "lc-async.h"
#include "lc-backoff.h"
#include "lc-http-poll.h"
#include "lc-lab-services-decode.h"
#include "lc-lab-services-error.h"
#include "lc-lab-services-student.h"
#include "lc-lab-services-teacher.h"

#define LIMIT    (20 * 60 * 1000)
#define PATIENCE 4 /* looks at a machine that has not begun to change yet */

static const char *const student_actions[] = { "startEnvironment", "stopEnvironment",
                                               "resetPassword" };
static const char *const role_actions[] = { "start", "stop", "resetPassword" };

/* Looks at how an action goes, when there is no operation address to ask. */
typedef struct
{
  LcLabServicesSession *session;
  LcLabServicesActionKind kind;
  char *machine_id;
  char *operation_uri; /* nullable */
  gboolean status_refused;
  guint looks;
} Probe;

static void
clear_probe (gpointer data)
{
  Probe *probe = data;

  lc_lab_services_session_unref (probe->session);
  g_free (probe->machine_id);
  g_free (probe->operation_uri);
}

/* A look that was cancelled ends a moment after the poll that it belonged to. */
static void
probe_unref (gpointer data)
{
  g_rc_box_release_full (data, clear_probe);
}

static gboolean
is_managed (LcLabServicesSession *self, const char *id)
{
  LcLabServicesLab *lab = lc_lab_services_session_find_lab (self, id);

  return lab != NULL && lab->is_managed;
}

static LcHttpRequest *
build_request (LcLabServicesSession *self, const LcLabServicesAction *action)
{
  LcHttpRequest *request;
  gboolean managed = is_managed (self, action->machine_id);

  if (managed)
    {
      request = lc_http_request_new ("POST", action->machine_id, role_actions[action->kind], NULL);
      lc_http_request_add_query (request, "api-version", LC_LAB_SERVICES_VERSION);
    }
  else
    request =
        lc_lab_services_student_request (student_actions[action->kind], LC_LAB_SERVICES_VERSION);
  lc_http_request_set_operation (request, action->operation);
  if (!managed || action->kind == LC_LAB_SERVICES_RESET_PASSWORD)
    lc_http_request_add_member (request, "environmentId", action->machine_id);
  if (action->kind == LC_LAB_SERVICES_RESET_PASSWORD)
    {
      lc_http_request_add_member (request, "username", action->login);
      lc_http_request_add_secret_member (request, "password", action->password);
    }
  return request;
}

/* Whether the machine is as the action leaves it. */
static gboolean
is_done (LcLabServicesActionKind kind, LcMachineState state)
{
  switch (kind)
    {
    case LC_LAB_SERVICES_START:
      return state == LC_MACHINE_STATE_RUNNING;
    case LC_LAB_SERVICES_STOP:
      return state == LC_MACHINE_STATE_STOPPED;
    case LC_LAB_SERVICES_RESET_PASSWORD:
    default:
      return !lc_machine_state_is_transitional (state);
    }
}

/* "getOperationStatus" answers with a status and no reason (CONTRACTS 7). @known: (out): whether it
 * is the last word */
static gboolean
await_status (Probe *probe, gboolean *known, GError **error)
{
  LcHttpRequest *request =
      lc_lab_services_student_request ("getOperationStatus", LC_LAB_SERVICES_VERSION);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (LcJsonReader) root = NULL;
  const char *status;

  *known = FALSE;
  lc_http_request_add_member (request, "operationUrl", probe->operation_uri);
  lc_http_request_set_idempotent (request, TRUE);
  root = lc_lab_services_session_await_json (probe->session, request, &local_error);
  if (root == NULL)
    {
      probe->status_refused = lc_lab_services_is_refusal (local_error);
      if (probe->status_refused)
        return FALSE;
      *known = TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  status = lc_json_reader_require_string (root, "status");
  if (!lc_json_reader_check (root, error))
    {
      *known = TRUE;
      return FALSE;
    }
  if (g_ascii_strcasecmp (status, "Failed") == 0 || g_ascii_strcasecmp (status, "Canceled") == 0)
    {
      g_autoptr (LcMachine) machine =
          lc_lab_services_await_machine (probe->session, probe->machine_id, NULL);

      *known = TRUE;
      g_propagate_error (error,
                         lc_lab_services_operation_error (
                             status, machine != NULL ? lc_machine_get_problem (machine) : NULL));
      return FALSE;
    }
  *known = g_ascii_strcasecmp (status, "Succeeded") == 0;
  return *known;
}

static gboolean
await_look (Probe *probe, GError **error)
{
  g_autoptr (LcMachine) machine =
      lc_lab_services_await_machine (probe->session, probe->machine_id, error);
  LcMachineState state;

  if (machine == NULL)
    return FALSE;
  state = lc_machine_get_state (machine);
  if (is_done (probe->kind, state))
    return TRUE;
  if (state == LC_MACHINE_STATE_FAILED ||
      (!lc_machine_state_is_transitional (state) && ++probe->looks >= PATIENCE &&
       lc_machine_get_problem (machine) != NULL))
    g_propagate_error (error,
                       lc_lab_services_operation_error (NULL, lc_machine_get_problem (machine)));
  return FALSE;
}

static DexFuture *
probe_fiber (gpointer data)
{
  Probe *probe = data;
  g_autoptr (GError) error = NULL;
  gboolean known = FALSE;
  gboolean done = FALSE;

  if (probe->operation_uri != NULL && !probe->status_refused)
    done = await_status (probe, &known, &error);
  if (!known && (probe->operation_uri == NULL || probe->status_refused))
    done = await_look (probe, &error);
  if (error != NULL)
    return dex_future_new_for_error (lc_lab_services_refine_error (g_steal_pointer (&error)));
  return dex_future_new_for_boolean (done);
}

static DexFuture *
probe_cb (const char *operation_uri, gpointer data)
{
  Probe *probe = data;

  g_set_str (&probe->operation_uri, operation_uri);
  return lc_spawn (probe_fiber, g_rc_box_acquire (probe), probe_unref);
}

static Probe *
probe_new (LcLabServicesSession *self, const LcLabServicesAction *action)
{
  Probe *probe = g_rc_box_new0 (Probe);

  probe->session = lc_lab_services_session_ref (self);
  probe->kind = action->kind;
  probe->machine_id = g_strdup (action->machine_id);
  return probe;
}

/* The service said that it is busy: with just that, perhaps, asked for from elsewhere or by a
 * second click. %FALSE without @error: with something else. */
static gboolean
await_same_action (LcLabServicesSession *self, const LcLabServicesAction *action, GError **error)
{
  LcBackoff backoff = LC_BACKOFF_INIT (500, 5000);
  gint64 deadline = g_get_monotonic_time () + LIMIT * (gint64) 1000;
  LcMachineState passing =
      action->kind == LC_LAB_SERVICES_START ? LC_MACHINE_STATE_STARTING : LC_MACHINE_STATE_STOPPING;

  if (action->kind == LC_LAB_SERVICES_RESET_PASSWORD)
    return FALSE;
  while (g_get_monotonic_time () < deadline)
    {
      g_autoptr (LcMachine) machine =
          lc_lab_services_await_machine (self, action->machine_id, error);

      if (machine == NULL)
        return FALSE;
      if (is_done (action->kind, lc_machine_get_state (machine)))
        return TRUE;
      if (lc_machine_get_state (machine) != passing ||
          !dex_await (lc_with_cancellable (lc_sleep (lc_backoff_next (&backoff, 0)),
                                           action->operation != NULL
                                               ? lc_operation_get_cancellable (action->operation)
                                               : NULL),
                      error))
        return FALSE;
    }
  return FALSE;
}

LcMachine *
lc_lab_services_await_machine (LcLabServicesSession *self, const char *id, GError **error)
{
  return is_managed (self, id) ? lc_lab_services_teacher_await_machine (self, id, error)
                               : lc_lab_services_student_await_machine (self, id, error);
}

gboolean
lc_lab_services_await_action (LcLabServicesSession *self,
                              const LcLabServicesAction *action,
                              GError **error)
{
  g_autoptr (LcHttpRequest) request = build_request (self, action);
  g_autoptr (GError) failure = NULL;
  g_autoptr (LcHttpResponse) response =
      dex_await_object (lc_http_client_send (self->client, request), &failure);

  if (response != NULL && dex_await (lc_http_poll (self->client, response, action->operation, LIMIT,
                                                   probe_cb, probe_new (self, action), probe_unref),
                                     &failure))
    return TRUE;
  failure = lc_lab_services_refine_error (g_steal_pointer (&failure));
  if (response == NULL && g_error_matches (failure, LC_ERROR, LC_ERROR_CONFLICT))
    {
      g_autoptr (GError) local_error = NULL;

      if (await_same_action (self, action, &local_error))
        return TRUE;
      if (local_error != NULL)
        g_debug ("Looking at the busy machine failed: %s", local_error->message);
    }
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}
