/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-connector.h"
#include "lc-machine.h"
#include "lc-operation.h"

G_BEGIN_DECLS

/* What there is to say about a machine: words and icons, never colour alone. */

const char *lc_machine_state_text (LcMachineState state);
const char *lc_machine_state_icon (LcMachineState state);
const char *lc_machine_state_style (LcMachineState state);   /* nullable: a CSS class */
const char *lc_machine_system_text (LcMachineSystem system); /* nullable */

/* Returns: (transfer full): state, system and who has it in one line, as under the name in a row */
char *lc_machine_dup_summary (LcMachine *machine);

/* Returns: (transfer full): the row in one sentence, for assistive technology */
char *lc_machine_dup_accessible_label (LcMachine *machine);

typedef enum
{
  LC_PRIMARY_NONE,  /* there is nothing to do but wait, or to look into the menu */
  LC_PRIMARY_OPEN,  /* be at work on it; it is started when it is stopped */
  LC_PRIMARY_START, /* no connector of ours fits, but it can be started */
  LC_PRIMARY_BUSY,  /* shown, but not to be pressed */
} LcPrimaryKind;

typedef struct
{
  LcPrimaryKind kind;
  LcConnector *connector; /* with OPEN; borrowed from the list */
  const char *label;      /* translated */
} LcPrimary;

/**
 * lc_primary_for_machine:
 * @connectors: (nullable) (element-type LcConnector): the first that fits is taken
 * @operation: (nullable): what runs for the machine, or failed
 *
 * Returns: the one button that makes sense now
 */
LcPrimary
lc_primary_for_machine (LcMachine *machine, GListModel *connectors, LcOperation *operation);

G_END_DECLS
