/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-cli-copy.h"

#include <errno.h>
#include <unistd.h>

#include "lc-async.h"

#define BLOCK 65536

typedef struct
{
  int fd;
  GSocket *socket;
  GCancellable *stop;
  char *block;
} Copy;

static Copy *
copy_new (int fd, GSocket *socket, GCancellable *stop)
{
  Copy *self = g_new0 (Copy, 1);

  self->fd = fd;
  self->socket = g_object_ref (socket);
  self->stop = g_object_ref (stop);
  self->block = g_malloc (BLOCK);
  return self;
}

static void
copy_free (gpointer data)
{
  Copy *self = data;

  g_object_unref (self->socket);
  g_object_unref (self->stop);
  g_free (self->block);
  g_free (self);
}

/* Waits until the descriptor is ready. %FALSE: it was stopped. */
static gboolean
wait_until_ready (Copy *self, gushort events)
{
  GPollFD polled[] = { { .fd = self->fd, .events = events }, { 0 } };
  gboolean has_stop = g_cancellable_make_pollfd (self->stop, &polled[1]);

  while (g_poll (polled, has_stop ? 2 : 1, -1) < 0 && errno == EINTR)
    continue;
  if (has_stop)
    g_cancellable_release_fd (self->stop);

  return !g_cancellable_is_cancelled (self->stop);
}

/* Returns: how much was read; 0 at the end, also where there is nothing to read from, and when it
 * was stopped */
static gssize
read_block (Copy *self)
{
  while (wait_until_ready (self, G_IO_IN))
    {
      gssize n = read (self->fd, self->block, BLOCK);

      if (n >= 0)
        return n;
      if (errno != EINTR && errno != EAGAIN)
        return 0;
    }

  return 0;
}

static gboolean
write_block (Copy *self, gssize length, GError **error)
{
  for (gssize done = 0; done < length;)
    {
      gssize n;

      if (!wait_until_ready (self, G_IO_OUT))
        return !g_cancellable_set_error_if_cancelled (self->stop, error);

      n = write (self->fd, self->block + done, (gsize) (length - done));
      if (n >= 0)
        done += n;
      else if (errno != EINTR && errno != EAGAIN)
        {
          int code = errno;

          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                       "The output cannot be written: %s", g_strerror (code));
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
send_block (Copy *self, gssize length, GError **error)
{
  for (gssize done = 0; done < length;)
    {
      gssize n = g_socket_send (self->socket, self->block + done, (gsize) (length - done),
                                self->stop, error);

      if (n < 0)
        return FALSE;
      done += n;
    }

  return TRUE;
}

static DexFuture *
copy_in_thread (gpointer data)
{
  Copy *self = data;
  g_autoptr (GError) error = NULL;
  gssize n;

  while ((n = read_block (self)) > 0)
    if (!send_block (self, n, &error))
      {
        g_debug ("Nobody reads it any more: %s", error->message);
        return dex_future_new_true ();
      }

  if (!g_cancellable_is_cancelled (self->stop) &&
      !g_socket_shutdown (self->socket, FALSE, TRUE, &error))
    g_debug ("The end is not told: %s", error->message);
  return dex_future_new_true ();
}

static DexFuture *
copy_out_thread (gpointer data)
{
  Copy *self = data;
  GError *error = NULL;
  gssize n;

  while ((n = g_socket_receive (self->socket, self->block, BLOCK, self->stop, &error)) > 0)
    if (!write_block (self, n, &error))
      break;

  return error != NULL ? dex_future_new_for_error (error) : dex_future_new_true ();
}

DexFuture *
lc_cli_copy_in (int fd, GSocket *socket, GCancellable *stop)
{
  return lc_run_in_thread (copy_in_thread, copy_new (fd, socket, stop), copy_free);
}

DexFuture *
lc_cli_copy_out (GSocket *socket, int fd, GCancellable *stop)
{
  return lc_run_in_thread (copy_out_thread, copy_new (fd, socket, stop), copy_free);
}
