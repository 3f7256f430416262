/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  LC_STEP_PENDING,
  LC_STEP_RUNNING,
  LC_STEP_DONE,
  LC_STEP_SKIPPED, /* it turned out not to be needed */
  LC_STEP_FAILED,
} LcStepState;

#define LC_TYPE_STEP_STATE (lc_step_state_get_type ())
GType lc_step_state_get_type (void);

/**
 * LcStep:
 *
 * One line of an #LcOperation, which alone changes it. Properties: id, title (translated), detail
 * (nullable, translated or data), state, elapsed (seconds, as double; notified once a second while
 * it runs).
 */
#define LC_TYPE_STEP (lc_step_get_type ())
G_DECLARE_FINAL_TYPE (LcStep, lc_step, LC, STEP, GObject)

const char *lc_step_get_id (LcStep *self);
const char *lc_step_get_title (LcStep *self);
const char *lc_step_get_detail (LcStep *self);
LcStepState lc_step_get_state (LcStep *self);
double lc_step_get_elapsed (LcStep *self);

/* For #LcOperation. */
LcStep *lc_step_new (const char *id, const char *title);
void lc_step_set_title (LcStep *self, const char *title);
void lc_step_set_detail (LcStep *self, const char *detail);
void lc_step_set_state (LcStep *self, LcStepState state);
void lc_step_tick (LcStep *self);

G_END_DECLS
