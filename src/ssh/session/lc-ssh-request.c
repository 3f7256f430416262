/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-request.h"

#include <glib/gstdio.h>

typedef struct
{
  DexPromise *promise;
  GValue value;
  GError *error;
} Answer;

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  dex_unref (answer->promise);
  if (G_IS_VALUE (&answer->value))
    g_value_unset (&answer->value);
  g_clear_error (&answer->error);
  g_free (answer);
}

static void
answer_cb (gpointer owner, gpointer data)
{
  Answer *answer = data;

  if (answer->error != NULL)
    dex_promise_reject (answer->promise, g_steal_pointer (&answer->error));
  else
    dex_promise_resolve (answer->promise, &answer->value);
}

static DexFuture *
pass_cb (DexFuture *completed, gpointer user_data)
{
  return NULL;
}

static void
abandon (gpointer data)
{
  LcSshRequest *self = data;

  g_atomic_int_set (&self->abandoned, TRUE);
  if (!g_atomic_int_get (&self->answered))
    lc_ssh_link_wake (self->link);
  lc_ssh_request_unref (self);
}

LcSshRequest *
lc_ssh_request_new (LcSshRequestKind kind)
{
  LcSshRequest *self = g_new0 (LcSshRequest, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->kind = kind;
  for (guint i = 0; i < G_N_ELEMENTS (self->fds); i++)
    self->fds[i] = -1;
  return self;
}

LcSshRequest *
lc_ssh_request_ref (LcSshRequest *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
lc_ssh_request_unref (LcSshRequest *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->credentials, lc_credentials_unref);
  g_clear_pointer (&self->key, lc_secret_unref);
  g_clear_pointer (&self->command, g_free);
  g_clear_pointer (&self->input, g_bytes_unref);
  g_clear_pointer (&self->host, g_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->addresses, g_ptr_array_unref);
  g_clear_pointer (&self->counters, lc_ssh_counters_unref);
  g_clear_pointer (&self->algorithms, g_strfreev);
  g_clear_pointer (&self->program, lc_ssh_program_free);
  g_clear_pointer (&self->exit, lc_ssh_request_unref);
  g_clear_pointer (&self->name, g_free);
  for (guint i = 0; i < G_N_ELEMENTS (self->fds); i++)
    g_clear_fd (&self->fds[i], NULL);
  dex_clear (&self->promise);
  g_clear_pointer (&self->link, lc_ssh_link_unref);
  g_free (self);
}

DexFuture *
lc_ssh_request_get_future (LcSshRequest *self, LcSshLink *link)
{
  self->link = lc_ssh_link_ref (link);
  self->promise = dex_promise_new ();
  /* The block's data goes when its last reference does, answered or not. */
  return dex_future_finally (dex_ref (DEX_FUTURE (self->promise)), pass_cb,
                             lc_ssh_request_ref (self), abandon);
}

static void
answer (LcSshRequest *self, const GValue *value, GError *error)
{
  Answer *message;

  if (!g_atomic_int_compare_and_exchange (&self->answered, FALSE, TRUE))
    {
      g_clear_error (&error);
      return;
    }
  message = g_new0 (Answer, 1);
  message->promise = dex_ref (self->promise);
  message->error = error;
  if (value != NULL)
    {
      g_value_init (&message->value, G_VALUE_TYPE (value));
      g_value_copy (value, &message->value);
    }
  lc_ssh_link_emit (self->link, answer_cb, message, answer_free);
}

void
lc_ssh_request_resolve (LcSshRequest *self, const GValue *value)
{
  answer (self, value, NULL);
}

void
lc_ssh_request_resolve_boolean (LcSshRequest *self, gboolean value)
{
  g_auto (GValue) boxed = G_VALUE_INIT;

  g_value_init (&boxed, G_TYPE_BOOLEAN);
  g_value_set_boolean (&boxed, value);
  answer (self, &boxed, NULL);
}

void
lc_ssh_request_reject (LcSshRequest *self, GError *error)
{
  answer (self, NULL, error);
}

gboolean
lc_ssh_request_is_abandoned (LcSshRequest *self)
{
  return g_atomic_int_get (&self->abandoned);
}
