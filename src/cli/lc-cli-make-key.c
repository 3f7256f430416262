/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-cli.h"

#include "lc-config.h"
#include <glib/gi18n-lib.h>

#include "lc-key-maker.h"

static gboolean
run_make_key (LcCli *cli, char **arguments, GError **error)
{
  LcRegistry *registry = lc_composition_get_registry (cli->composition);
  g_autoptr (LcMachine) machine = lc_cli_find_machine (cli, arguments[0], error);
  g_autoptr (LcOperation) operation = NULL;
  g_autofree char *line = NULL;

  if (machine == NULL)
    return FALSE;
  operation =
      lc_key_maker_run (registry, lc_composition_get_catalog (cli->composition), machine, NULL);
  if (!lc_cli_await_operation (cli, operation, error))
    return FALSE;

  /* Translators: %s is a machine. */
  line = g_strdup_printf (_ ("From now on you log in to %s with a key that the keyring holds."),
                          lc_machine_get_name (machine));
  lc_cli_terminal_print (cli->terminal, line);
  return TRUE;
}

const LcCliCommand lc_cli_make_key = {
  .name = "make-key",
  .arguments = N_ ("MACHINE"),
  .summary = N_ ("Make a key for a machine, and log in with it from now on"),
  .description =
      N_ ("Logs in as usual, puts a new public key on the machine, tries it, and keeps the private "
          "key in the keyring; it is in no file. Needs a keyring."),
  .n_arguments = 1,
  .run = run_make_key,
};
