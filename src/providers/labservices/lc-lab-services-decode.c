/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-lab-services-decode.h"

#include "lc-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define LONGEST_ID 2048

/* Places of the segments of an id, after the empty one before the first "/" (CONTRACTS 6). */
enum
{
  ACCOUNTS = 7,
  LABS = 9,
  SETTINGS = 11,
  ENVIRONMENTS = 13,
};

typedef struct
{
  const char *name;
  LcMachineState state;
} StateName;

static const StateName state_names[] = {
  { "Starting", LC_MACHINE_STATE_STARTING },
  { "Running", LC_MACHINE_STATE_RUNNING },
  { "Stopping", LC_MACHINE_STATE_STOPPING },
  { "Deallocating", LC_MACHINE_STATE_STOPPING },
  { "Stopped", LC_MACHINE_STATE_STOPPED },
  { "Deallocated", LC_MACHINE_STATE_STOPPED },
  { "Failed", LC_MACHINE_STATE_FAILED },
  { "Corrupted", LC_MACHINE_STATE_FAILED },
  { "Restarting", LC_MACHINE_STATE_UPDATING },
  { "ApplyingArtifacts", LC_MACHINE_STATE_UPDATING },
  { "UpgradingVmAgent", LC_MACHINE_STATE_UPDATING },
  { "Creating", LC_MACHINE_STATE_CREATING },
  { "Deleting", LC_MACHINE_STATE_DELETING },
};

static LcMachineState
find_state (const char *name)
{
  if (name == NULL)
    return LC_MACHINE_STATE_UNKNOWN;
  for (gsize i = 0; i < G_N_ELEMENTS (state_names); i++)
    if (g_ascii_strcasecmp (state_names[i].name, name) == 0)
      return state_names[i].state;
  return LC_MACHINE_STATE_UNKNOWN;
}

static gboolean
is_segment (const char *text)
{
  if (*text == '\0' || g_str_equal (text, ".") || g_str_equal (text, ".."))
    return FALSE;
  for (; *text != '\0'; text = g_utf8_next_char (text))
    if (g_unichar_iscntrl (g_utf8_get_char (text)))
      return FALSE;
  return TRUE;
}

/* The segments of the id of a lab or something in it. */
static GStrv
split_id (const char *id)
{
  g_auto (GStrv) parts = NULL;

  if (id == NULL || *id != '/' || strlen (id) > LONGEST_ID || !g_utf8_validate (id, -1, NULL))
    return NULL;
  parts = g_strsplit (id, "/", -1);
  if (g_strv_length (parts) < LABS + 2 ||
      g_ascii_strcasecmp (parts[ACCOUNTS], "labaccounts") != 0 ||
      g_ascii_strcasecmp (parts[LABS], "labs") != 0)
    return NULL;
  for (gsize i = 1; parts[i] != NULL; i++)
    if (!is_segment (parts[i]))
      return NULL;
  return g_steal_pointer (&parts);
}

static LcMachine *
new_machine (const char *account_id, const char *id, const char *name)
{
  g_autofree char *lab_id = lc_lab_services_dup_lab_id (id);

  if (lab_id == NULL)
    {
      g_message ("An environment without a proper id was left out");
      return NULL;
    }
  return lc_machine_new (account_id, lab_id, id, name != NULL ? name : strrchr (id, '/') + 1);
}

static void
set_connection (LcMachine *machine, const char *ssh, const char *rdp, const char *login)
{
  g_autofree char *ssh_host = NULL;
  g_autofree char *rdp_host = NULL;
  guint16 port;

  if (lc_parse_authority (ssh, &ssh_host, &port))
    lc_machine_set_ssh (machine, ssh_host, port);
  if (lc_parse_authority (rdp, &rdp_host, &port))
    lc_machine_set_rdp (machine, rdp_host, port);
  if (ssh_host != NULL)
    lc_machine_set_system (machine, LC_MACHINE_SYSTEM_LINUX);
  else if (rdp_host != NULL)
    lc_machine_set_system (machine, LC_MACHINE_SYSTEM_WINDOWS);
  lc_machine_set_login (machine, login);
}

static void
set_problem (LcMachine *machine, LcJsonReader *item)
{
  g_autoptr (LcJsonReader) result = lc_json_reader_get_member (item, "latestOperationResult");
  const char *status = lc_json_reader_get_string (result, "status");
  const char *message = lc_json_reader_get_string (result, "errorMessage");

  if (status == NULL || g_ascii_strcasecmp (status, "Failed") != 0)
    return;
  if (message == NULL || *message == '\0')
    message = lc_json_reader_get_string (result, "errorCode");
  lc_machine_set_problem (machine, message);
}

char *
lc_lab_services_dup_lab_id (const char *id)
{
  g_auto (GStrv) parts = split_id (id);
  g_autoptr (GString) lab_id = NULL;

  if (parts == NULL)
    return NULL;
  lab_id = g_string_new (NULL);
  for (gsize i = 1; i < LABS + 2; i++)
    g_string_append_printf (lab_id, "/%s", parts[i]);
  return g_string_free (g_steal_pointer (&lab_id), FALSE);
}

gboolean
lc_lab_services_is_setting_id (const char *id)
{
  g_auto (GStrv) parts = split_id (id);

  return parts != NULL && g_strv_length (parts) == SETTINGS + 2 &&
         g_ascii_strcasecmp (parts[SETTINGS], "environmentsettings") == 0;
}

LcMachineState
lc_lab_services_parse_state (const char *power_state, const char *provisioning_state)
{
  LcMachineState state = find_state (provisioning_state);

  if (provisioning_state != NULL && (g_ascii_strcasecmp (provisioning_state, "LabIsFull") == 0 ||
                                     state == LC_MACHINE_STATE_FAILED))
    return LC_MACHINE_STATE_FAILED;
  if (provisioning_state != NULL &&
      g_ascii_strcasecmp (provisioning_state, "NotYetProvisioned") == 0)
    return LC_MACHINE_STATE_CREATING;
  if (state == LC_MACHINE_STATE_CREATING || state == LC_MACHINE_STATE_DELETING)
    return state;
  return find_state (power_state);
}

gboolean
lc_lab_services_has_details (LcJsonReader *environment)
{
  g_autoptr (LcJsonReader) details =
      lc_json_reader_get_member (environment, "virtualMachineDetails");

  return lc_json_reader_get_string (details, "userName") != NULL;
}

/* The password: no field of 2018-10-15 says outright that one must be set. INFERRED: a service that
 * gives the details of a machine and has no passwordLastReset for it says that nobody has set one.
 */
LcMachine *
lc_lab_services_decode_details (LcJsonReader *environment, const char *account_id)
{
  g_autoptr (LcJsonReader) details =
      lc_json_reader_get_member (environment, "virtualMachineDetails");
  LcMachine *machine =
      new_machine (account_id, lc_json_reader_get_string (environment, "id"), NULL);
  const char *provisioning = lc_json_reader_get_string (environment, "provisioningState");
  const char *power = lc_json_reader_get_string (environment, "lastKnownPowerState");
  const char *made = lc_json_reader_get_string (environment, "environmentState");
  LcMachineState state;

  if (machine == NULL)
    return NULL;
  if (power == NULL)
    power = lc_json_reader_get_string (details, "lastKnownPowerState");
  state = lc_lab_services_parse_state (power, provisioning);
  if (state == LC_MACHINE_STATE_UNKNOWN)
    state = lc_lab_services_parse_state (NULL, made);
  lc_machine_set_state (machine, state);
  set_connection (machine, lc_json_reader_get_string (details, "sshAuthority"),
                  lc_json_reader_get_string (details, "rdpAuthority"),
                  lc_json_reader_get_string (details, "userName"));
  lc_machine_set_usage (machine, lc_json_reader_get_duration (environment, "totalUsage", 0), -1);
  lc_machine_set_password_required (
      machine, lc_lab_services_has_details (environment) &&
                   lc_json_reader_get_string (environment, "passwordLastReset") == NULL);
  lc_machine_set_actions (machine, LC_MACHINE_CAN_START | LC_MACHINE_CAN_STOP |
                                       LC_MACHINE_CAN_RESET_PASSWORD);
  if (provisioning != NULL && g_ascii_strcasecmp (provisioning, "LabIsFull") == 0)
    lc_machine_set_problem (machine, _ ("All machines of this lab are taken."));
  else
    set_problem (machine, environment);
  return machine;
}

LcMachine *
lc_lab_services_decode_environment (LcJsonReader *environment,
                                    const char *account_id,
                                    const char *object_id)
{
  g_autoptr (LcJsonReader) item = lc_json_reader_get_member (environment, "properties");
  g_autoptr (LcJsonReader) network = lc_json_reader_get_member (item, "networkInterface");
  LcMachine *machine =
      new_machine (account_id, lc_json_reader_get_string (environment, "id"), NULL);
  const char *owner = lc_json_reader_get_string (item, "claimedByUserObjectId");
  gboolean own = owner != NULL && g_ascii_strcasecmp (owner, object_id) == 0;

  if (machine == NULL)
    return NULL;
  lc_machine_set_state (
      machine, lc_lab_services_parse_state (lc_json_reader_get_string (item, "lastKnownPowerState"),
                                            lc_json_reader_get_string (item, "provisioningState")));
  set_connection (machine, lc_json_reader_get_string (network, "sshAuthority"),
                  lc_json_reader_get_string (network, "rdpAuthority"),
                  lc_json_reader_get_string (network, "username"));
  lc_machine_set_usage (machine, lc_json_reader_get_duration (item, "totalUsage", 0), -1);
  if (!own && lc_json_reader_get_boolean (item, "isClaimed", owner != NULL))
    {
      const char *name = lc_json_reader_get_string (item, "claimedByUserName");

      lc_machine_set_claimed_by (
          machine,
          name != NULL ? name : lc_json_reader_get_string (item, "claimedByUserPrincipalId"));
    }
  lc_machine_set_password_required (
      machine, own && lc_json_reader_get_string (network, "username") != NULL &&
                   lc_json_reader_get_string (item, "passwordLastReset") == NULL);
  lc_machine_set_actions (machine, LC_MACHINE_CAN_START | LC_MACHINE_CAN_STOP |
                                       LC_MACHINE_CAN_RESET_PASSWORD);
  set_problem (machine, item);
  return machine;
}

LcMachine *
lc_lab_services_decode_setting (LcJsonReader *setting, const char *account_id)
{
  g_autoptr (LcJsonReader) item = lc_json_reader_get_member (setting, "properties");
  g_autoptr (LcJsonReader) resource = lc_json_reader_get_member (item, "resourceSettings");
  g_autoptr (LcJsonReader) reference = lc_json_reader_get_member (resource, "referenceVm");
  g_autoptr (LcJsonReader) state = lc_json_reader_get_member (reference, "vmStateDetails");
  const char *power = lc_json_reader_get_string (state, "lastKnownPowerState");
  LcMachine *machine;

  if (!lc_json_reader_exists (reference))
    return NULL;
  machine =
      new_machine (account_id, lc_json_reader_get_string (setting, "id"), _ ("Template machine"));
  if (machine == NULL)
    return NULL;
  if (power == NULL)
    power = lc_json_reader_get_string (state, "powerState");
  lc_machine_set_state (machine, lc_lab_services_parse_state (
                                     power, lc_json_reader_get_string (item, "provisioningState")));
  set_connection (machine, lc_json_reader_get_string (state, "sshAuthority"),
                  lc_json_reader_get_string (state, "rdpAuthority"),
                  lc_json_reader_get_string (reference, "userName"));
  lc_machine_set_is_template (machine, TRUE);
  lc_machine_set_actions (machine, LC_MACHINE_CAN_START | LC_MACHINE_CAN_STOP);
  set_problem (machine, item);
  return machine;
}
