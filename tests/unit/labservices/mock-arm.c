/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock-arm.h"

#include <string.h>

#define USERS "/providers/Microsoft.LabServices/users/NoUsername/"
#define OPERATION                                                                                  \
  "/subscriptions/sub-1/providers/Microsoft.LabServices/locations/westeurope/operations/op-1"

static void
refuse (SoupServerMessage *message, guint status, const char *code)
{
  g_autofree char *body =
      g_strdup_printf ("{\"error\": {\"code\": \"%s\", \"message\": \"No.\"}}", code);

  mock_reply (message, status, body);
}

static char *
describe_details (MockArm *self, gboolean bare)
{
  if (bare)
    return g_strdup_printf ("{\"id\": \"" ARM_MACHINE
                            "\", \"name\": \"python\", \"lastKnownPowerState\": \"%s\","
                            " \"virtualMachineDetails\": {\"privateIpAddress\": \"10.0.0.9\"}}",
                            self->power);
  return g_strdup_printf (
      "{\"id\": \"" ARM_MACHINE "\", \"name\": \"python\", \"description\": \"Mondays\","
      " \"provisioningState\": \"Succeeded\", \"environmentState\": \"Created\","
      " \"totalUsage\": \"PT1H30M\", %s \"latestOperationResult\": {\"status\": \"%s\","
      " \"errorCode\": \"Broken\", \"errorMessage\": \"The disk is broken.\"},"
      " \"virtualMachineDetails\": {\"rdpAuthority\": \"\","
      " \"sshAuthority\": \"lab.example:49170\", \"userName\": \"student\","
      " \"lastKnownPowerState\": \"%s\"}}",
      self->no_password ? "" : "\"passwordLastReset\": \"2026-01-02T03:04:05.1234567Z\",",
      self->failure != NULL ? self->failure : "Succeeded", self->power);
}

static void
reply_environments (MockArm *self, SoupServerMessage *message, gboolean bare)
{
  g_autofree char *details = NULL;
  g_autofree char *body = NULL;

  if (self->no_machine != NULL)
    details = g_strdup_printf ("{\"id\": \"" ARM_SETTING "/environments/none\", \"name\":"
                               " \"python\", \"provisioningState\": \"%s\"}",
                               self->no_machine);
  else
    details = describe_details (self, bare);
  /* Twice: "2018 lists may repeat items" (CONTRACTS 4). */
  body = g_strdup_printf ("{\"environments\": [%s, %s]}", details, details);
  mock_reply (message, 200, body);
}

static void
reply_action (MockArm *self, SoupServerMessage *message, const char *power)
{
  g_autofree char *uri = g_strdup_printf ("%s" OPERATION "?api-version=2018-10-15&sig=x",
                                          mock_server_get_uri (self->server));

  if (self->action_status != 0)
    {
      mock_reply (message, self->action_status, self->action_answer);
      return;
    }
  self->power = power;
  self->polls = 0;
  if (!self->no_operation_address)
    mock_set_header (message, "Location", uri);
  mock_reply (message, 202, NULL);
}

/* One more look at what goes on. */
static const char *
advance (MockArm *self)
{
  if (self->polls++ < self->polls_until_done)
    return "InProgress";
  if (self->failure != NULL)
    {
      self->power = "Stopped";
      return self->failure;
    }
  if (g_str_equal (self->power, "Starting"))
    self->power = "Running";
  else if (g_str_equal (self->power, "Stopping"))
    self->power = "Stopped";
  return "Succeeded";
}

static void
answer_student (MockArm *self, SoupServerMessage *message, const char *action)
{
  g_autofree char *details = NULL;
  g_autofree char *body = NULL;

  if (g_str_equal (action, "listAllEnvironments"))
    {
      if (self->broken != NULL)
        mock_reply (message, 200, self->broken);
      else if (self->no_list_all)
        refuse (message, 404, "InvalidResourceType");
      else
        reply_environments (self, message, self->bare_list_all);
    }
  else if (g_str_equal (action, "listEnvironments") && !self->no_list)
    reply_environments (self, message, FALSE);
  else if (g_str_equal (action, "listLabs") && !self->no_list_labs)
    mock_reply (message, 200,
                "{\"labs\": [{\"id\": \"" ARM_LAB "\", \"name\": \"Data science with Python\","
                " \"provisioningState\": \"Succeeded\", \"usageQuota\": \"PT10H\"}]}");
  else if (g_str_equal (action, "getEnvironment") && !self->no_get)
    {
      if (self->no_operation_address || self->operation_forbidden)
        advance (self);
      details = describe_details (self, FALSE);
      body = g_strdup_printf ("{\"environment\": %s}", details);
      mock_reply (message, 200, body);
    }
  else if (g_str_equal (action, "startEnvironment"))
    reply_action (self, message, "Starting");
  else if (g_str_equal (action, "stopEnvironment"))
    reply_action (self, message, "Stopping");
  else if (g_str_equal (action, "resetPassword"))
    reply_action (self, message, self->power);
  else if (g_str_equal (action, "register"))
    mock_reply (message, 200, NULL);
  else if (g_str_equal (action, "getOperationStatus") && !self->no_operation_status)
    {
      body = g_strdup_printf ("{\"status\": \"%s\"}", advance (self));
      mock_reply (message, 200, body);
    }
  else
    refuse (message, 404, "InvalidResourceType");
}

static char *
describe_environment (MockArm *self)
{
  return g_strdup_printf (
      "{\"id\": \"" ARM_MACHINE "\", \"name\": \"ml-lab-vm-7\", \"properties\": {\"isClaimed\":"
      " true, \"claimedByUserObjectId\": \"ada-1\", \"claimedByUserName\": \"Ada\","
      " \"lastKnownPowerState\": \"%s\", \"provisioningState\": \"Succeeded\", \"totalUsage\":"
      " \"PT2H\", \"networkInterface\": {\"sshAuthority\": \"lab.example:49170\","
      " \"rdpAuthority\": \"\", \"username\": \"student\"}}}",
      self->power);
}

static char *
describe_setting (MockArm *self)
{
  return g_strdup_printf (
      "{\"id\": \"" ARM_SETTING "\", \"name\": \"default\", \"properties\": {\"publishingState\":"
      " \"Published\", \"resourceSettings\": {\"size\": \"Basic\", \"referenceVm\": {\"userName\":"
      " \"teacher\", \"vmStateDetails\": {\"sshAuthority\": \"lab.example:49171\","
      " \"rdpAuthority\": \"\", \"powerState\": \"Stopped\", \"lastKnownPowerState\": \"%s\"}}}}}",
      self->power);
}

static void
reply_value (SoupServerMessage *message, const char *item)
{
  g_autofree char *body = g_strdup_printf ("{\"value\": [%s], \"nextLink\": null}", item);

  mock_reply (message, 200, body);
}

static void
answer_role (MockArm *self, SoupServerMessage *message, const MockRequest *request)
{
  g_autofree char *environment = describe_environment (self);
  g_autofree char *setting = describe_setting (self);

  if (g_str_equal (request->path, "/subscriptions"))
    reply_value (message, self->is_teacher
                              ? "{\"subscriptionId\": \"sub-1\", \"state\": \"Enabled\"},"
                                "{\"subscriptionId\": \"sub-2\", \"state\": \"Disabled\"}"
                              : "");
  else if (!self->is_teacher)
    refuse (message, 403, "AuthorizationFailed");
  else if (g_str_has_suffix (request->path, "/labaccounts"))
    reply_value (message, "{\"id\": \"" ARM_ACCOUNT "\", \"name\": \"acct-1\"}");
  else if (g_str_has_suffix (request->path, "/labs"))
    reply_value (message, "{\"id\": \"" ARM_LAB "\", \"name\": \"python\", \"properties\":"
                          " {\"usageQuota\": \"PT10H\"}}");
  else if (g_str_has_suffix (request->path, "/environmentsettings"))
    reply_value (message, setting);
  else if (g_str_has_suffix (request->path, "/environments"))
    reply_value (message, environment);
  else if (g_str_has_suffix (request->path, "/environments/ml-lab-vm-7"))
    mock_reply (message, 200, environment);
  else if (g_str_has_suffix (request->path, "/environmentsettings/default"))
    mock_reply (message, 200, setting);
  else if (g_str_has_suffix (request->path, "/start"))
    reply_action (self, message, "Starting");
  else if (g_str_has_suffix (request->path, "/stop"))
    reply_action (self, message, "Stopping");
  else if (g_str_has_suffix (request->path, "/resetPassword"))
    reply_action (self, message, self->power);
  else
    refuse (message, 404, "ResourceNotFound");
}

static void
answer_cb (MockServer *server,
           SoupServerMessage *message,
           const MockRequest *request,
           guint number,
           gpointer user_data)
{
  MockArm *self = user_data;
  g_autofree char *body = NULL;

  if (g_str_has_prefix (request->path, USERS))
    answer_student (self, message, request->path + strlen (USERS));
  else if (!g_str_equal (request->path, OPERATION))
    answer_role (self, message, request);
  else if (self->operation_forbidden)
    refuse (message, 403, "AuthorizationFailed");
  else
    {
      body = g_strdup_printf ("{\"status\": \"%s\", \"error\": {\"code\": \"Broken\", \"message\":"
                              " \"The disk is broken.\"}}",
                              advance (self));
      mock_reply (message, 200, body);
    }
}

MockArm *
mock_arm_new (void)
{
  MockArm *self = g_new0 (MockArm, 1);

  self->power = "Stopped";
  self->server = mock_server_new (answer_cb, self);
  return self;
}

void
mock_arm_free (MockArm *self)
{
  mock_server_free (self->server);
  g_free (self);
}

gboolean
mock_arm_was_asked (MockArm *self, const char *suffix)
{
  for (guint i = 0; i < mock_server_count (self->server); i++)
    if (g_str_has_suffix (mock_server_get_request (self->server, i)->path, suffix))
      return TRUE;
  return FALSE;
}
