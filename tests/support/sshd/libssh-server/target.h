/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * Target:
 * @input: what the channel says is written there; -1 when nobody reads
 * @output: what the channel hears; -1 when it has ended
 * @errors: the same, standard error
 * @pid: of a command, 0 for a TCP connection
 * @exited: then @status counts
 *
 * What a channel leads to. All descriptors are non-blocking.
 */
typedef struct
{
  int input;
  int output;
  int errors;
  GPid pid;
  gboolean exited;
  int status;
} Target;

#define TARGET_INIT { .input = -1, .output = -1, .errors = -1 }

gboolean target_connect (Target *self, const char *host, int port);

/* As the user who has logged in. */
gboolean target_run (Target *self, const char *command);

/* Returns: how much was written; -1 when nobody reads any more */
gssize target_write (Target *self, const char *data, gsize length);
void target_end_input (Target *self);

/* @fd: @output or @errors */
void target_close_output (Target *self, int *fd);
gboolean target_has_ended_output (const Target *self);
gboolean target_has_exited (Target *self);
void target_clear (Target *self);

G_END_DECLS
