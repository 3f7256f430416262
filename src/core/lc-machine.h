/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  LC_MACHINE_STATE_UNKNOWN,
  LC_MACHINE_STATE_CREATING,
  LC_MACHINE_STATE_STOPPED,
  LC_MACHINE_STATE_STARTING,
  LC_MACHINE_STATE_RUNNING,
  LC_MACHINE_STATE_STOPPING,
  LC_MACHINE_STATE_UPDATING, /* being reset, re-imaged, redeployed, its password changed */
  LC_MACHINE_STATE_FAILED,
  LC_MACHINE_STATE_DELETING,
} LcMachineState;

#define LC_TYPE_MACHINE_STATE (lc_machine_state_get_type ())
GType lc_machine_state_get_type (void);

/* Whether it will become another state by itself. */
gboolean lc_machine_state_is_transitional (LcMachineState state);

typedef enum
{
  LC_MACHINE_SYSTEM_UNKNOWN,
  LC_MACHINE_SYSTEM_LINUX,
  LC_MACHINE_SYSTEM_WINDOWS,
} LcMachineSystem;

#define LC_TYPE_MACHINE_SYSTEM (lc_machine_system_get_type ())
GType lc_machine_system_get_type (void);

typedef enum
{
  LC_MACHINE_CAN_START = 1 << 0,
  LC_MACHINE_CAN_STOP = 1 << 1,
  LC_MACHINE_CAN_RESET_PASSWORD = 1 << 2,
  LC_MACHINE_CAN_REIMAGE = 1 << 3,
} LcMachineActions;

#define LC_TYPE_MACHINE_ACTIONS (lc_machine_actions_get_type ())
GType lc_machine_actions_get_type (void);

/**
 * LcMachine:
 *
 * A lab machine as its service last described it. Main thread; the one object for a machine lives
 * as long as its lab lists it, and is updated in place with lc_machine_update().
 *
 * Properties, all bindable, writable only where a provider needs it (construct or setter):
 *
 * - id (string): the service's own, compared without case; unique within an account
 * - lab-id, account-id, name (strings)
 * - state (#LcMachineState), system (#LcMachineSystem), actions (#LcMachineActions: what may be
 * asked of the service for this machine)
 * - host (nullable), ssh-port (0 none), rdp-host (nullable), rdp-port (0 none), login (nullable):
 * known also while stopped for most services
 * - usage, quota (seconds as int64; quota -1 = unknown or unlimited)
 * - password-required (boolean): the service wants a password to be set before the first connection
 * - is-template (boolean), claimed-by (nullable: who has it, when it is not oneself)
 * - problem (nullable): the service's own sentence on why the last operation failed
 * - stale (boolean): from the last-known list, not confirmed since the program started or the
 * network went
 */
#define LC_TYPE_MACHINE (lc_machine_get_type ())
G_DECLARE_FINAL_TYPE (LcMachine, lc_machine, LC, MACHINE, GObject)

LcMachine *
lc_machine_new (const char *account_id, const char *lab_id, const char *id, const char *name);

const char *lc_machine_get_id (LcMachine *self);
const char *lc_machine_get_lab_id (LcMachine *self);
const char *lc_machine_get_account_id (LcMachine *self);
const char *lc_machine_get_name (LcMachine *self);
LcMachineState lc_machine_get_state (LcMachine *self);
LcMachineSystem lc_machine_get_system (LcMachine *self);
LcMachineActions lc_machine_get_actions (LcMachine *self);
const char *lc_machine_get_host (LcMachine *self);
guint16 lc_machine_get_ssh_port (LcMachine *self);
const char *lc_machine_get_rdp_host (LcMachine *self);
guint16 lc_machine_get_rdp_port (LcMachine *self);
const char *lc_machine_get_login (LcMachine *self);
gint64 lc_machine_get_usage (LcMachine *self);
gint64 lc_machine_get_quota (LcMachine *self);
gboolean lc_machine_get_password_required (LcMachine *self);
gboolean lc_machine_get_is_template (LcMachine *self);
const char *lc_machine_get_claimed_by (LcMachine *self);
const char *lc_machine_get_problem (LcMachine *self);
gboolean lc_machine_get_stale (LcMachine *self);

void lc_machine_set_state (LcMachine *self, LcMachineState state);
void lc_machine_set_system (LcMachine *self, LcMachineSystem system);
void lc_machine_set_actions (LcMachine *self, LcMachineActions actions);

/**
 * lc_machine_set_ssh:
 * @host: (nullable): validated here: a DNS name or an address, without spaces, control characters
 * or a leading "-"; anything else counts as none
 * @port: 1 to 65535, 0 for none
 */
void lc_machine_set_ssh (LcMachine *self, const char *host, guint16 port);
void lc_machine_set_rdp (LcMachine *self, const char *host, guint16 port);

/* @login: (nullable): validated: a POSIX or Windows login; anything else counts as none. */
void lc_machine_set_login (LcMachine *self, const char *login);
void lc_machine_set_usage (LcMachine *self, gint64 usage, gint64 quota);
void lc_machine_set_password_required (LcMachine *self, gboolean password_required);
void lc_machine_set_is_template (LcMachine *self, gboolean is_template);
void lc_machine_set_claimed_by (LcMachine *self, const char *claimed_by);
void lc_machine_set_problem (LcMachine *self, const char *problem);
void lc_machine_set_stale (LcMachine *self, gboolean stale);

/* The kind of service it came from, lc_provider_get_id(): set by the catalog. Nullable. */
const char *lc_machine_get_provider_id (LcMachine *self);
void lc_machine_set_provider_id (LcMachine *self, const char *provider_id);

/* When the service was asked for this description, in monotonic µs; 0 when nobody noted it. Set by
 * the catalog, and by whoever knows better than an answer that is still under way. */
gint64 lc_machine_get_as_of (LcMachine *self);
void lc_machine_set_as_of (LcMachine *self, gint64 as_of);

/* Takes over everything but the id from a description of the same machine, unless that one is known
 * to be older ("as of"); notifies what changed. */
void lc_machine_update (LcMachine *self, LcMachine *fresh);

/* Returns: (transfer full) (nullable): "ssh -p PORT LOGIN@HOST", for people to copy; %NULL without
 * host or login. */
char *lc_machine_dup_ssh_command (LcMachine *self);

/**
 * lc_parse_authority:
 * @text: (nullable): "host:port" as services send it (CONTRACTS 8.1: split at the last colon;
 * "[::1]:22" too)
 * @host: (out) (transfer full): the host, validated
 * @port: (out): the port
 *
 * Returns: whether @text was one
 */
gboolean lc_parse_authority (const char *text, char **host, guint16 *port);

G_END_DECLS
