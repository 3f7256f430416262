/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-async.h"

/* Waiting in a test: the main loop runs until a condition holds, for a bounded time. */

static inline gboolean
await_tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* A slow machine gets more time. */
static inline double
await_patience (void)
{
  const char *patience = g_getenv ("LABCONNECT_TEST_PATIENCE");

  return patience != NULL ? MAX (g_ascii_strtod (patience, NULL), 1.0) : 1.0;
}

/* The condition that held is not asked for again: what it looks at may have gone on. */
#define await_condition(condition, seconds)                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gboolean held_;                                                                                \
    gint64 limit_ =                                                                                \
        g_get_monotonic_time () + (gint64) ((seconds) * await_patience () * G_USEC_PER_SEC);       \
    guint tick_ = g_timeout_add (20, await_tick_cb, NULL);                                         \
    while (!(held_ = !!(condition)) && g_get_monotonic_time () < limit_)                           \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (tick_);                                                                       \
    if (!held_)                                                                                    \
      g_assertion_message_expr (G_LOG_DOMAIN, __FILE__, __LINE__, G_STRFUNC, #condition);          \
  }                                                                                                \
  G_STMT_END

/**
 * await_future:
 * @future: (transfer full): what to wait for
 * @value: (out) (optional): an unset value: what it resolved to
 *
 * Fails the test when it is still pending after @seconds.
 *
 * Returns: whether it resolved
 */
static inline gboolean
await_future (DexFuture *future, double seconds, GValue *value, GError **error)
{
  g_autoptr (DexFuture) owned = future;
  const GValue *result = NULL;

  await_condition (!dex_future_is_pending (owned), seconds);
  lc_settle ();
  result = dex_future_get_value (owned, error);
  if (result != NULL && value != NULL)
    {
      g_value_init (value, G_VALUE_TYPE (result));
      g_value_copy (result, value);
    }

  return result != NULL;
}
