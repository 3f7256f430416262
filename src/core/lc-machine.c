/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-machine.h"

#include <string.h>

#include "lc-printable.h"
#include "lc-validate.h"

struct _LcMachine
{
  GObject parent_instance;
  char *account_id;
  char *lab_id;
  char *provider_id;
  char *id;
  char *name;
  char *host;
  char *rdp_host;
  char *login;
  char *claimed_by;
  char *problem;
  gint64 usage;
  gint64 quota;
  gint64 as_of;
  LcMachineState state;
  LcMachineSystem system;
  LcMachineActions actions;
  guint16 ssh_port;
  guint16 rdp_port;
  gboolean password_required;
  gboolean is_template;
  gboolean stale;
};

G_DEFINE_ENUM_TYPE (LcMachineState,
                    lc_machine_state,
                    G_DEFINE_ENUM_VALUE (LC_MACHINE_STATE_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (LC_MACHINE_STATE_CREATING, "creating"),
                    G_DEFINE_ENUM_VALUE (LC_MACHINE_STATE_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (LC_MACHINE_STATE_STARTING, "starting"),
                    G_DEFINE_ENUM_VALUE (LC_MACHINE_STATE_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (LC_MACHINE_STATE_STOPPING, "stopping"),
                    G_DEFINE_ENUM_VALUE (LC_MACHINE_STATE_UPDATING, "updating"),
                    G_DEFINE_ENUM_VALUE (LC_MACHINE_STATE_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (LC_MACHINE_STATE_DELETING, "deleting"))
G_DEFINE_ENUM_TYPE (LcMachineSystem,
                    lc_machine_system,
                    G_DEFINE_ENUM_VALUE (LC_MACHINE_SYSTEM_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (LC_MACHINE_SYSTEM_LINUX, "linux"),
                    G_DEFINE_ENUM_VALUE (LC_MACHINE_SYSTEM_WINDOWS, "windows"))
G_DEFINE_FLAGS_TYPE (LcMachineActions,
                     lc_machine_actions,
                     G_DEFINE_ENUM_VALUE (LC_MACHINE_CAN_START, "start"),
                     G_DEFINE_ENUM_VALUE (LC_MACHINE_CAN_STOP, "stop"),
                     G_DEFINE_ENUM_VALUE (LC_MACHINE_CAN_RESET_PASSWORD, "reset-password"),
                     G_DEFINE_ENUM_VALUE (LC_MACHINE_CAN_REIMAGE, "reimage"))
G_DEFINE_FINAL_TYPE (LcMachine, lc_machine, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ID,
  PROP_LAB_ID,
  PROP_ACCOUNT_ID,
  PROP_NAME,
  PROP_STATE,
  PROP_SYSTEM,
  PROP_ACTIONS,
  PROP_HOST,
  PROP_SSH_PORT,
  PROP_RDP_HOST,
  PROP_RDP_PORT,
  PROP_LOGIN,
  PROP_USAGE,
  PROP_QUOTA,
  PROP_PASSWORD_REQUIRED,
  PROP_IS_TEMPLATE,
  PROP_CLAIMED_BY,
  PROP_PROBLEM,
  PROP_STALE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
notify (LcMachine *self, guint id)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

static void
set_string (LcMachine *self, char **field, const char *value, guint id)
{
  if (g_set_str (field, value))
    notify (self, id);
}

static void
set_line (LcMachine *self, char **field, const char *value, guint id)
{
  g_autofree char *line = lc_dup_printable_line (value);

  set_string (self, field, line, id);
}

static void
set_boolean (LcMachine *self, gboolean *field, gboolean value, guint id)
{
  if (*field == !!value)
    return;

  *field = !!value;
  notify (self, id);
}

static void
set_port (LcMachine *self, guint16 *field, guint16 value, guint id)
{
  if (*field == value)
    return;

  *field = value;
  notify (self, id);
}

static void
set_seconds (LcMachine *self, gint64 *field, gint64 value, guint id)
{
  if (*field == value)
    return;

  *field = value;
  notify (self, id);
}

static void
lc_machine_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LcMachine *self = LC_MACHINE (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_LAB_ID:
      g_value_set_string (value, self->lab_id);
      break;
    case PROP_ACCOUNT_ID:
      g_value_set_string (value, self->account_id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_SYSTEM:
      g_value_set_enum (value, self->system);
      break;
    case PROP_ACTIONS:
      g_value_set_flags (value, self->actions);
      break;
    case PROP_HOST:
      g_value_set_string (value, self->host);
      break;
    case PROP_SSH_PORT:
      g_value_set_uint (value, self->ssh_port);
      break;
    case PROP_RDP_HOST:
      g_value_set_string (value, self->rdp_host);
      break;
    case PROP_RDP_PORT:
      g_value_set_uint (value, self->rdp_port);
      break;
    case PROP_LOGIN:
      g_value_set_string (value, self->login);
      break;
    case PROP_USAGE:
      g_value_set_int64 (value, self->usage);
      break;
    case PROP_QUOTA:
      g_value_set_int64 (value, self->quota);
      break;
    case PROP_PASSWORD_REQUIRED:
      g_value_set_boolean (value, self->password_required);
      break;
    case PROP_IS_TEMPLATE:
      g_value_set_boolean (value, self->is_template);
      break;
    case PROP_CLAIMED_BY:
      g_value_set_string (value, self->claimed_by);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    case PROP_STALE:
      g_value_set_boolean (value, self->stale);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
lc_machine_finalize (GObject *object)
{
  LcMachine *self = LC_MACHINE (object);

  g_free (self->account_id);
  g_free (self->lab_id);
  g_free (self->provider_id);
  g_free (self->id);
  g_free (self->name);
  g_free (self->host);
  g_free (self->rdp_host);
  g_free (self->login);
  g_free (self->claimed_by);
  g_free (self->problem);
  G_OBJECT_CLASS (lc_machine_parent_class)->finalize (object);
}

static void
lc_machine_class_init (LcMachineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = lc_machine_get_property;
  object_class->finalize = lc_machine_finalize;
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_LAB_ID] = g_param_spec_string ("lab-id", NULL, NULL, NULL, flags);
  properties[PROP_ACCOUNT_ID] = g_param_spec_string ("account-id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, LC_TYPE_MACHINE_STATE,
                                              LC_MACHINE_STATE_UNKNOWN, flags);
  properties[PROP_SYSTEM] = g_param_spec_enum ("system", NULL, NULL, LC_TYPE_MACHINE_SYSTEM,
                                               LC_MACHINE_SYSTEM_UNKNOWN, flags);
  properties[PROP_ACTIONS] =
      g_param_spec_flags ("actions", NULL, NULL, LC_TYPE_MACHINE_ACTIONS, 0, flags);
  properties[PROP_HOST] = g_param_spec_string ("host", NULL, NULL, NULL, flags);
  properties[PROP_SSH_PORT] = g_param_spec_uint ("ssh-port", NULL, NULL, 0, G_MAXUINT16, 0, flags);
  properties[PROP_RDP_HOST] = g_param_spec_string ("rdp-host", NULL, NULL, NULL, flags);
  properties[PROP_RDP_PORT] = g_param_spec_uint ("rdp-port", NULL, NULL, 0, G_MAXUINT16, 0, flags);
  properties[PROP_LOGIN] = g_param_spec_string ("login", NULL, NULL, NULL, flags);
  properties[PROP_USAGE] = g_param_spec_int64 ("usage", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_QUOTA] = g_param_spec_int64 ("quota", NULL, NULL, -1, G_MAXINT64, -1, flags);
  properties[PROP_PASSWORD_REQUIRED] =
      g_param_spec_boolean ("password-required", NULL, NULL, FALSE, flags);
  properties[PROP_IS_TEMPLATE] = g_param_spec_boolean ("is-template", NULL, NULL, FALSE, flags);
  properties[PROP_CLAIMED_BY] = g_param_spec_string ("claimed-by", NULL, NULL, NULL, flags);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  properties[PROP_STALE] = g_param_spec_boolean ("stale", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lc_machine_init (LcMachine *self)
{
  self->quota = -1;
}

gboolean
lc_machine_state_is_transitional (LcMachineState state)
{
  switch (state)
    {
    case LC_MACHINE_STATE_CREATING:
    case LC_MACHINE_STATE_STARTING:
    case LC_MACHINE_STATE_STOPPING:
    case LC_MACHINE_STATE_UPDATING:
    case LC_MACHINE_STATE_DELETING:
      return TRUE;
    case LC_MACHINE_STATE_UNKNOWN:
    case LC_MACHINE_STATE_STOPPED:
    case LC_MACHINE_STATE_RUNNING:
    case LC_MACHINE_STATE_FAILED:
    default:
      return FALSE;
    }
}

LcMachine *
lc_machine_new (const char *account_id, const char *lab_id, const char *id, const char *name)
{
  LcMachine *self = g_object_new (LC_TYPE_MACHINE, NULL);

  self->account_id = g_strdup (account_id);
  self->lab_id = g_strdup (lab_id);
  self->id = g_strdup (id);
  self->name = lc_dup_printable_line (name);
  return self;
}

const char *
lc_machine_get_id (LcMachine *self)
{
  return self->id;
}

const char *
lc_machine_get_lab_id (LcMachine *self)
{
  return self->lab_id;
}

const char *
lc_machine_get_account_id (LcMachine *self)
{
  return self->account_id;
}

const char *
lc_machine_get_name (LcMachine *self)
{
  return self->name;
}

LcMachineState
lc_machine_get_state (LcMachine *self)
{
  return self->state;
}

LcMachineSystem
lc_machine_get_system (LcMachine *self)
{
  return self->system;
}

LcMachineActions
lc_machine_get_actions (LcMachine *self)
{
  return self->actions;
}

const char *
lc_machine_get_host (LcMachine *self)
{
  return self->host;
}

guint16
lc_machine_get_ssh_port (LcMachine *self)
{
  return self->ssh_port;
}

const char *
lc_machine_get_rdp_host (LcMachine *self)
{
  return self->rdp_host;
}

guint16
lc_machine_get_rdp_port (LcMachine *self)
{
  return self->rdp_port;
}

const char *
lc_machine_get_login (LcMachine *self)
{
  return self->login;
}

gint64
lc_machine_get_usage (LcMachine *self)
{
  return self->usage;
}

gint64
lc_machine_get_quota (LcMachine *self)
{
  return self->quota;
}

gboolean
lc_machine_get_password_required (LcMachine *self)
{
  return self->password_required;
}

gboolean
lc_machine_get_is_template (LcMachine *self)
{
  return self->is_template;
}

const char *
lc_machine_get_claimed_by (LcMachine *self)
{
  return self->claimed_by;
}

const char *
lc_machine_get_problem (LcMachine *self)
{
  return self->problem;
}

gboolean
lc_machine_get_stale (LcMachine *self)
{
  return self->stale;
}

void
lc_machine_set_state (LcMachine *self, LcMachineState state)
{
  if (self->state == state)
    return;

  self->state = state;
  notify (self, PROP_STATE);
}

void
lc_machine_set_system (LcMachine *self, LcMachineSystem system)
{
  if (self->system == system)
    return;

  self->system = system;
  notify (self, PROP_SYSTEM);
}

void
lc_machine_set_actions (LcMachine *self, LcMachineActions actions)
{
  if (self->actions == actions)
    return;

  self->actions = actions;
  notify (self, PROP_ACTIONS);
}

void
lc_machine_set_ssh (LcMachine *self, const char *host, guint16 port)
{
  gboolean valid = lc_is_valid_host (host) && port != 0;

  set_string (self, &self->host, valid ? host : NULL, PROP_HOST);
  set_port (self, &self->ssh_port, valid ? port : 0, PROP_SSH_PORT);
}

void
lc_machine_set_rdp (LcMachine *self, const char *host, guint16 port)
{
  gboolean valid = lc_is_valid_host (host) && port != 0;

  set_string (self, &self->rdp_host, valid ? host : NULL, PROP_RDP_HOST);
  set_port (self, &self->rdp_port, valid ? port : 0, PROP_RDP_PORT);
}

void
lc_machine_set_login (LcMachine *self, const char *login)
{
  set_string (self, &self->login, lc_is_valid_login (login) ? login : NULL, PROP_LOGIN);
}

void
lc_machine_set_usage (LcMachine *self, gint64 usage, gint64 quota)
{
  set_seconds (self, &self->usage, MAX (usage, 0), PROP_USAGE);
  set_seconds (self, &self->quota, MAX (quota, -1), PROP_QUOTA);
}

void
lc_machine_set_password_required (LcMachine *self, gboolean password_required)
{
  set_boolean (self, &self->password_required, password_required, PROP_PASSWORD_REQUIRED);
}

void
lc_machine_set_is_template (LcMachine *self, gboolean is_template)
{
  set_boolean (self, &self->is_template, is_template, PROP_IS_TEMPLATE);
}

void
lc_machine_set_claimed_by (LcMachine *self, const char *claimed_by)
{
  set_line (self, &self->claimed_by, claimed_by, PROP_CLAIMED_BY);
}

void
lc_machine_set_problem (LcMachine *self, const char *problem)
{
  g_autofree char *text = lc_dup_printable_text (problem);

  set_string (self, &self->problem, text, PROP_PROBLEM);
}

void
lc_machine_set_stale (LcMachine *self, gboolean stale)
{
  set_boolean (self, &self->stale, stale, PROP_STALE);
}

const char *
lc_machine_get_provider_id (LcMachine *self)
{
  return self->provider_id;
}

void
lc_machine_set_provider_id (LcMachine *self, const char *provider_id)
{
  g_set_str (&self->provider_id, provider_id);
}

gint64
lc_machine_get_as_of (LcMachine *self)
{
  return self->as_of;
}

void
lc_machine_set_as_of (LcMachine *self, gint64 as_of)
{
  self->as_of = as_of;
}

void
lc_machine_update (LcMachine *self, LcMachine *fresh)
{
  if (self == fresh || (fresh->as_of != 0 && fresh->as_of < self->as_of))
    return;

  self->as_of = fresh->as_of;
  g_object_freeze_notify (G_OBJECT (self));
  set_string (self, &self->name, fresh->name, PROP_NAME);
  lc_machine_set_state (self, fresh->state);
  lc_machine_set_system (self, fresh->system);
  lc_machine_set_actions (self, fresh->actions);
  lc_machine_set_ssh (self, fresh->host, fresh->ssh_port);
  lc_machine_set_rdp (self, fresh->rdp_host, fresh->rdp_port);
  lc_machine_set_login (self, fresh->login);
  lc_machine_set_usage (self, fresh->usage, fresh->quota);
  lc_machine_set_password_required (self, fresh->password_required);
  lc_machine_set_is_template (self, fresh->is_template);
  lc_machine_set_claimed_by (self, fresh->claimed_by);
  lc_machine_set_problem (self, fresh->problem);
  lc_machine_set_stale (self, fresh->stale);
  g_object_thaw_notify (G_OBJECT (self));
}

char *
lc_machine_dup_ssh_command (LcMachine *self)
{
  g_autofree char *destination = NULL;

  if (self->host == NULL || self->login == NULL)
    return NULL;

  destination = g_strdup_printf ("%s@%s", self->login, self->host);
  if (strchr (destination, '\\') != NULL)
    {
      g_autofree char *quoted = g_shell_quote (destination);

      return g_strdup_printf ("ssh -p %u %s", self->ssh_port, quoted);
    }
  return g_strdup_printf ("ssh -p %u %s", self->ssh_port, destination);
}

gboolean
lc_parse_authority (const char *text, char **host, guint16 *port)
{
  const char *colon = text != NULL ? strrchr (text, ':') : NULL;
  g_autofree char *name = NULL;
  guint64 number;

  *host = NULL;
  *port = 0;
  if (colon == NULL || !g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXUINT16, &number, NULL))
    return FALSE;

  /* An IPv6 address must stand in brackets here: without them its end and the port are one. */
  if (text[0] == '[' && colon - text > 2 && colon[-1] == ']')
    {
      name = g_strndup (text + 1, colon - text - 2);
      if (strchr (name, ':') == NULL)
        return FALSE;
    }
  else
    {
      name = g_strndup (text, colon - text);
      if (strchr (name, ':') != NULL)
        return FALSE;
    }
  if (!lc_is_valid_host (name))
    return FALSE;

  *host = g_steal_pointer (&name);
  *port = number;
  return TRUE;
}
