/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-link.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "lc-ssh-request.h"

struct _LcSshLink
{
  gatomicrefcount ref_count;
  GWeakRef owner;
  GMainContext *context;
  GCancellable *cancellable;
  int wake_fd;
  gint online;
  LcSshJournal *journal;

  GMutex mutex;
  GQueue requests;
  GError *closed; /* once the pump has gone */
};

typedef struct
{
  LcSshLink *link;
  LcSshEventFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Event;

static void
event_free (gpointer data)
{
  Event *event = data;

  if (event->destroy != NULL)
    event->destroy (event->data);
  lc_ssh_link_unref (event->link);
  g_free (event);
}

static gboolean
event_cb (gpointer user_data)
{
  Event *event = user_data;
  g_autoptr (GObject) owner = g_weak_ref_get (&event->link->owner);

  event->func (owner, event->data);
  return G_SOURCE_REMOVE;
}

LcSshLink *
lc_ssh_link_new (gpointer owner)
{
  LcSshLink *self = g_new0 (LcSshLink, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_weak_ref_init (&self->owner, owner);
  self->context = g_main_context_ref_thread_default ();
  self->cancellable = g_cancellable_new ();
  self->wake_fd = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC);
  self->journal = lc_ssh_journal_new ();
  g_mutex_init (&self->mutex);
  g_queue_init (&self->requests);
  return self;
}

LcSshLink *
lc_ssh_link_ref (LcSshLink *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
lc_ssh_link_unref (LcSshLink *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_weak_ref_clear (&self->owner);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_object (&self->cancellable);
  if (self->wake_fd >= 0)
    close (self->wake_fd);
  g_clear_pointer (&self->journal, lc_ssh_journal_free);
  g_mutex_clear (&self->mutex);
  g_queue_clear_full (&self->requests, (GDestroyNotify) lc_ssh_request_unref);
  g_clear_error (&self->closed);
  g_free (self);
}

void
lc_ssh_link_wake (LcSshLink *self)
{
  /* Fails only when the counter is full, hence when the pump is about to wake up anyway. */
  (void) !eventfd_write (self->wake_fd, 1);
}

void
lc_ssh_link_set_online (LcSshLink *self, gboolean online)
{
  g_atomic_int_set (&self->online, online);
}

gboolean
lc_ssh_link_is_online (LcSshLink *self)
{
  return g_atomic_int_get (&self->online);
}

gpointer
lc_ssh_link_dup_owner (LcSshLink *self)
{
  return g_weak_ref_get (&self->owner);
}

LcSshJournal *
lc_ssh_link_get_journal (LcSshLink *self)
{
  return self->journal;
}

DexFuture *
lc_ssh_link_send (LcSshLink *self, LcSshRequest *request)
{
  DexFuture *future = lc_ssh_request_get_future (request, self);
  g_autoptr (GError) error = NULL;

  g_mutex_lock (&self->mutex);
  if (self->closed != NULL)
    error = g_error_copy (self->closed);
  else
    g_queue_push_tail (&self->requests, lc_ssh_request_ref (request));
  g_mutex_unlock (&self->mutex);

  if (error != NULL)
    lc_ssh_request_reject (request, g_steal_pointer (&error));
  else
    lc_ssh_link_wake (self);
  lc_ssh_request_unref (request);
  return future;
}

void
lc_ssh_link_stop (LcSshLink *self)
{
  g_cancellable_cancel (self->cancellable);
  lc_ssh_link_wake (self);
}

int
lc_ssh_link_get_wake_fd (LcSshLink *self)
{
  return self->wake_fd;
}

void
lc_ssh_link_clear_wake (LcSshLink *self)
{
  eventfd_t value;

  (void) !eventfd_read (self->wake_fd, &value);
}

GCancellable *
lc_ssh_link_get_cancellable (LcSshLink *self)
{
  return self->cancellable;
}

gboolean
lc_ssh_link_is_stopped (LcSshLink *self)
{
  return g_cancellable_is_cancelled (self->cancellable);
}

LcSshRequest *
lc_ssh_link_take (LcSshLink *self)
{
  LcSshRequest *request;

  g_mutex_lock (&self->mutex);
  request = g_queue_pop_head (&self->requests);
  g_mutex_unlock (&self->mutex);
  return request;
}

void
lc_ssh_link_close (LcSshLink *self, const GError *error)
{
  LcSshRequest *request;

  g_mutex_lock (&self->mutex);
  if (self->closed == NULL)
    self->closed = g_error_copy (error);
  g_mutex_unlock (&self->mutex);

  while ((request = lc_ssh_link_take (self)) != NULL)
    {
      lc_ssh_request_reject (request, g_error_copy (error));
      lc_ssh_request_unref (request);
    }
}

void
lc_ssh_link_emit (LcSshLink *self, LcSshEventFunc func, gpointer data, GDestroyNotify destroy)
{
  Event *event = g_new0 (Event, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  event->link = lc_ssh_link_ref (self);
  event->func = func;
  event->data = data;
  event->destroy = destroy;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "lc-ssh event");
  g_source_set_callback (source, event_cb, event, event_free);
  g_source_attach (source, self->context);
}
