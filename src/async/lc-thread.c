/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-thread.h"

typedef struct
{
  GThread *thread;
  GThreadFunc func;
  gpointer data;
} Thread;

static GMutex mutex;
static GCond ended;
static guint n_running;    /* Thread */
static GPtrArray *to_join; /* GThread: has ended, or has only its last lines before it */

static gpointer
thread_func (gpointer data)
{
  Thread *self = data;

  self->func (self->data);
  g_mutex_lock (&mutex); /* held until self->thread is known */
  g_ptr_array_add (to_join, self->thread);
  n_running--;
  g_cond_signal (&ended);
  g_mutex_unlock (&mutex);
  g_free (self);
  return NULL;
}

/* The lock is held. What libraries do at the end of a thread is over when it is joined. */
static void
join_ended (void)
{
  for (guint i = 0; i < to_join->len; i++)
    g_thread_join (g_ptr_array_index (to_join, i));
  g_ptr_array_set_size (to_join, 0);
}

void
lc_thread_start (const char *name, GThreadFunc func, gpointer data)
{
  Thread *self = g_new0 (Thread, 1);

  self->func = func;
  self->data = data;
  g_mutex_lock (&mutex);
  if (to_join == NULL)
    to_join = g_ptr_array_new ();
  join_ended ();
  n_running++;
  self->thread = g_thread_new (name, thread_func, self);
  g_mutex_unlock (&mutex);
}

gboolean
lc_threads_join (guint milliseconds)
{
  gint64 deadline = g_get_monotonic_time () + milliseconds * G_TIME_SPAN_MILLISECOND;
  gboolean none;

  g_mutex_lock (&mutex);
  while (n_running > 0 && g_cond_wait_until (&ended, &mutex, deadline))
    continue;
  if (to_join != NULL)
    join_ended ();
  none = n_running == 0;
  g_mutex_unlock (&mutex);
  return none;
}
