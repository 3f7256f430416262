/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-cli-terminal.h"
#include "lc-operation.h"

G_BEGIN_DECLS

/**
 * LcCliProgress:
 *
 * Tells an operation's steps on standard error, each with the time that it took: one line that
 * changes on a terminal, else a line when a step ends or waits for something.
 */
#define LC_TYPE_CLI_PROGRESS (lc_cli_progress_get_type ())
G_DECLARE_FINAL_TYPE (LcCliProgress, lc_cli_progress, LC, CLI_PROGRESS, GObject)

/* It ends with the operation, or with its last reference. */
LcCliProgress *lc_cli_progress_new (LcCliTerminal *terminal, LcOperation *operation);

G_END_DECLS
