/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "lc-secret.h"

G_BEGIN_DECLS

/**
 * LcCliTerminal:
 *
 * Standard error as people see it, with one line at its end that changes while something runs, and
 * the controlling terminal for questions. Main thread.
 */
#define LC_TYPE_CLI_TERMINAL (lc_cli_terminal_get_type ())
G_DECLARE_FINAL_TYPE (LcCliTerminal, lc_cli_terminal, LC, CLI_TERMINAL, GObject)

LcCliTerminal *lc_cli_terminal_new (void);

/* Whether standard error is a terminal: else lines do not change. */
gboolean lc_cli_terminal_is_live (LcCliTerminal *self);

/* The line that changes; %NULL for none. Nothing where it is not live, and while a question waits.
 */
void lc_cli_terminal_set_live_line (LcCliTerminal *self, const char *line);

/* A line that stays. */
void lc_cli_terminal_print (LcCliTerminal *self, const char *line);

/**
 * lc_cli_terminal_ask:
 * @question: with the space after it
 * @hidden: whether what is typed is not shown
 *
 * Resolves to an #LcSecret (boxed): the line without its end. Rejects with %LC_ERROR_UNSUPPORTED
 * when there is no terminal, %LC_ERROR_CANCELLED at its end. Dropping the future gives the terminal
 * back as it was.
 */
DexFuture *lc_cli_terminal_ask (LcCliTerminal *self,
                                const char *question,
                                gboolean hidden) G_GNUC_WARN_UNUSED_RESULT;

/* Every key goes to whoever reads @fd, as it is; until lc_cli_terminal_restore(). Returns: whether
 * @fd is a terminal that can do so */
gboolean lc_cli_terminal_set_raw (LcCliTerminal *self, int fd);

/* Gives the terminal back as it was, now. */
void lc_cli_terminal_restore (LcCliTerminal *self);

G_END_DECLS
