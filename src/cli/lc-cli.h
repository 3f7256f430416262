/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-cli-prompt.h"
#include "lc-cli-terminal.h"
#include "lc-composition.h"

G_BEGIN_DECLS

/**
 * LcCli:
 * @cloud: (nullable): from --cloud
 * @account: (nullable): from --account
 * @jump: (nullable): from --jump
 * @interrupted: cancelled by the first Ctrl+C
 * @signal_number: what cancelled it: SIGINT or SIGTERM
 * @exit_status: of a command that succeeded, or instead of the error's when it is not 0
 *
 * What every command is given.
 */
typedef struct
{
  LcComposition *composition;
  LcCliTerminal *terminal;
  LcCliPrompt *prompt;
  LcCloud *cloud;
  char *account;
  char *jump;
  gboolean quiet;
  GCancellable *interrupted;
  int signal_number;
  int exit_status;
} LcCli;

/* As many arguments as somebody likes. */
#define LC_CLI_ANY_NUMBER (G_MAXUINT / 2)

/**
 * LcCliCommand:
 * @arguments: what comes after the name in the usage line
 * @summary: one line for the list of commands
 * @description: (nullable): a paragraph for the command's own help
 * @entries: (nullable): its options
 * @n_arguments: how many there must be; @n_optional more there may be
 * @ends_options: whether what follows the first argument is no option of this program
 * @run: within a fiber; prints its data
 */
typedef struct
{
  const char *name;
  const char *arguments;
  const char *summary;
  const char *description;
  const GOptionEntry *entries;
  guint n_arguments;
  guint n_optional;
  gboolean ends_options;
  gboolean (*run) (LcCli *cli, char **arguments, GError **error);
} LcCliCommand;

extern const LcCliCommand lc_cli_login;
extern const LcCliCommand lc_cli_logout;
extern const LcCliCommand lc_cli_accounts;
extern const LcCliCommand lc_cli_labs;
extern const LcCliCommand lc_cli_machines;
extern const LcCliCommand lc_cli_start;
extern const LcCliCommand lc_cli_stop;
extern const LcCliCommand lc_cli_connect;
extern const LcCliCommand lc_cli_forward;
extern const LcCliCommand lc_cli_exec;
extern const LcCliCommand lc_cli_ssh_info;
extern const LcCliCommand lc_cli_forget_host;
extern const LcCliCommand lc_cli_make_key;
extern const LcCliCommand lc_cli_host_keys;

/* Whether --cloud and --account let this account through. */
gboolean lc_cli_wants_account (LcCli *self, LcAccount *account);

/* Returns: (transfer full): the account that a command is about; %LC_ERROR_AUTH_REQUIRED when there
 * is none, a usage error when there are several. */
LcAccount *lc_cli_find_account (LcCli *self, GError **error);

/* What follows is called within a fiber. */

/* @future: (transfer full): ends with %LC_ERROR_CANCELLED when somebody presses Ctrl+C */
DexFuture *lc_cli_until_interrupted (LcCli *self, DexFuture *future) G_GNUC_WARN_UNUSED_RESULT;

/* Shows its progress until it is finished. Returns whether it succeeded. */
gboolean lc_cli_await_operation (LcCli *self, LcOperation *operation, GError **error);

/**
 * lc_cli_load_labs:
 *
 * Returns: (transfer full) (element-type LcLab): the labs of the accounts that are wanted, with
 * their machines, as the services list them now
 */
GPtrArray *lc_cli_load_labs (LcCli *self, GError **error);

/* Returns: (transfer full): the machine with that id, name, or "LAB/NAME" */
LcMachine *lc_cli_find_machine (LcCli *self, const char *name, GError **error);

G_END_DECLS
