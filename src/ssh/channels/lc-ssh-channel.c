/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-channel.h"

#include <glib/gstdio.h>
#include <string.h>

#include "lc-ssh-pump.h"
#include "lc-ssh-sibling.h"

#define WINDOW_USUAL   LIBSSH2_CHANNEL_WINDOW_DEFAULT
#define WINDOW_LARGEST (16 * 1024 * 1024)

/* What a line of some speed needs not to run dry: so many round trips, and this much time. A server
 * whose TCP looks for the line's limit (BBR) must not be stopped by the window before. */
#define WINDOW_ROUND_TRIPS 8
#define WINDOW_SLACK_US    (25 * G_TIME_SPAN_MILLISECOND)

#define SHORT_LINE_US      (5 * G_TIME_SPAN_MILLISECOND)

/* A stream that no server sends: reading it takes in packets and gives no data. */
#define NO_STREAM 0x4c43

/* The rate is measured over at least this, so that one burst does not count as bandwidth. */
#define MEASURE_MIN_US (100 * G_TIME_SPAN_MILLISECOND)

/* An error of the session ends the connection, one of the channel only the channel. */
static void
handle_error (LcSshChannel *self, int code)
{
  switch (code)
    {
    case LIBSSH2_ERROR_CHANNEL_CLOSED:
    case LIBSSH2_ERROR_CHANNEL_EOF_SENT:
    case LIBSSH2_ERROR_CHANNEL_UNKNOWN:
    case LIBSSH2_ERROR_CHANNEL_WINDOW_EXCEEDED:
    case LIBSSH2_ERROR_CHANNEL_PACKET_EXCEEDED:
      lc_ssh_channel_finish (self);
      break;
    default:
      lc_ssh_pump_fail (self->pump, lc_ssh_session_error (self->session, code, "The connection"));
      break;
    }
}

/* The window for a channel that received @bytes in @elapsed µs. Twice bandwidth × delay fills a
 * long line. Otherwise it is what libssh2 and ssh have, or less when the line is slow: all that is
 * underway makes the small messages of other channels wait. The delay is the shortest seen: a queue
 * on the way must not make the window, hence the queue, grow. */
static guint64
choose_window (LcSshChannel *self, guint64 bytes, gint64 elapsed, gint64 rtt)
{
  guint64 fills = 2 * bytes * rtt / elapsed;
  guint64 goes_on = bytes * (WINDOW_ROUND_TRIPS * rtt + WINDOW_SLACK_US) / elapsed;

  return CLAMP (MAX (fills, MIN (goes_on, WINDOW_USUAL)), self->least, WINDOW_LARGEST);
}

/* On a line so short the window hides no delay: it only lets more pile up in this computer. */
static gboolean
is_too_fast (LcSshChannel *self, gint64 rtt)
{
  return rtt < SHORT_LINE_US && lc_ssh_transport_is_behind (&self->session->transport);
}

static void
return_window (LcSshChannel *self, guint32 amount)
{
  lc_ssh_pump_return_window (self->pump, amount);
  self->window -= amount;
}

/* Only as much as all channels together may have. */
static void
measure (LcSshChannel *self)
{
  gint64 rtt = lc_ssh_pump_get_round_trip (self->pump);
  gint64 now = g_get_monotonic_time ();
  gint64 elapsed = now - self->measured_at;
  guint64 wanted;

  if (rtt <= 0 || elapsed < MAX (rtt, MEASURE_MIN_US))
    return;
  wanted = choose_window (self, self->received - self->measured_received, elapsed, rtt);
  self->measured_received = self->received;
  self->measured_at = now;
  if (is_too_fast (self, rtt))
    return_window (self, self->window - self->least);
  else if (wanted > self->window)
    self->window +=
        lc_ssh_pump_claim_window (self->pump, MIN (wanted - self->window, self->window));
  else
    return_window (self, (self->window - wanted) / 8); /* slowly: one slow moment is none */
}

/* libssh2 keeps that open by itself. */
static void
read_least_window (LcSshChannel *self)
{
  unsigned long initial = 0;

  libssh2_channel_window_read_ex (self->handle, NULL, &initial);
  self->least = self->window = initial;
}

/* Opens the window again, before libssh2 would (channel.c): below 3/4 of its own one, or of ours.
 * libssh2 must never do it: what a key exchange holds up it sends later as it was, but counts what
 * it is asked for then, until its idea of the window and the server's are so far apart that the
 * server waits for ever. So the same amount is asked for again, and the channel is not read
 * meanwhile. Returns: whether it may be. */
static gboolean
keep_window (LcSshChannel *self, gsize length)
{
  gsize open = libssh2_channel_window_read_ex (self->handle, NULL, NULL);
  unsigned int now_open;
  gsize low;
  int rc;

  if (self->least == 0)
    read_least_window (self);
  low = MAX (self->least / 4 * 3 + length, self->window / 4 * 3);
  if (self->adjustment == 0 && open < low)
    self->adjustment = MAX (self->window, low) - open;
  if (self->adjustment == 0)
    return TRUE;
  rc = libssh2_channel_receive_window_adjust2 (self->handle, self->adjustment, 1, &now_open);
  if (rc == 0)
    self->adjustment = 0;
  else if (rc != LIBSSH2_ERROR_EAGAIN)
    handle_error (self, rc);
  return rc == 0;
}

static void
close_ends (LcSshChannel *self)
{
  for (guint i = 0; i < LC_SSH_CHANNEL_ENDS; i++)
    g_clear_fd (&self->ends[i].fd, NULL);
}

void
lc_ssh_channel_init (LcSshChannel *self, const LcSshChannelClass *klass, LcSshPump *pump)
{
  self->klass = klass;
  self->pump = pump;
  self->session = lc_ssh_pump_get_session (pump);
  self->state = LC_SSH_CHANNEL_OPENING;
  for (guint i = 0; i < LC_SSH_CHANNEL_ENDS; i++)
    self->ends[i].fd = -1;
  self->measured_at = g_get_monotonic_time ();
}

GError *
lc_ssh_channel_open_error (LcSshChannel *self)
{
  LIBSSH2_SESSION *session = self->session->handle;
  LcErrorDetails forbidden = { .service_code = (char *) "forwarding-forbidden" };
  char *text = NULL;
  int code = libssh2_session_last_error (session, &text, NULL, 0);

  /* libssh2 tells the reasons of RFC 4254 5.1 apart only in its text (channel.c). */
  if (code != LIBSSH2_ERROR_CHANNEL_FAILURE || text == NULL)
    return lc_ssh_session_error (self->session, code, "Opening a channel");
  if (strstr (text, "administratively prohibited") != NULL)
    return self->klass->is_session
               ? lc_error_new (LC_ERROR_FORBIDDEN, "The machine forbids running programs")
               : lc_error_new_with_details (LC_ERROR_FORBIDDEN, &forbidden,
                                            "The machine forbids forwarding");
  if (strstr (text, "unknown channel type") != NULL)
    return lc_error_new (LC_ERROR_UNSUPPORTED, "The machine cannot forward to this");
  if (self->klass->is_session || strstr (text, "resource shortage") != NULL)
    return lc_ssh_full_error ();
  return lc_error_new (LC_ERROR_NOT_FOUND, "Nothing listens there on the machine");
}

gsize
lc_ssh_channel_read (LcSshChannel *self, int stream, void *buffer, gsize length)
{
  gssize n;

  if (!keep_window (self, length))
    return 0;
  n = libssh2_channel_read_ex (self->handle, stream, buffer, length);
  if (n > 0)
    {
      self->received += n;
      measure (self);
      return n;
    }
  if (n == 0)
    self->remote_eof = libssh2_channel_eof (self->handle) == 1;
  else if (n != LIBSSH2_ERROR_EAGAIN)
    handle_error (self, n);
  return 0;
}

void
lc_ssh_channel_take_in (LcSshChannel *self)
{
  gssize rc;
  char nothing;

  if (self->handle == NULL || !keep_window (self, sizeof nothing))
    return;
  rc = libssh2_channel_read_ex (self->handle, NO_STREAM, &nothing, sizeof nothing);
  if (rc < 0 && rc != LIBSSH2_ERROR_EAGAIN)
    lc_ssh_pump_fail (self->pump, lc_ssh_session_error (self->session, rc, "The connection"));
}

gsize
lc_ssh_channel_write (LcSshChannel *self, const void *data, gsize length)
{
  const char *bytes = data;
  gsize done = 0;

  while (done < length)
    {
      gssize n;

      if (!lc_ssh_transport_has_room (&self->session->transport, length))
        {
          self->session->transport.refused = TRUE;
          break;
        }
      n = libssh2_channel_write_ex (self->handle, 0, bytes + done,
                                    MIN (length - done, LC_SSH_PACKET_DATA));
      if (n > 0)
        done += n;
      else
        {
          if (n < 0 && n != LIBSSH2_ERROR_EAGAIN)
            handle_error (self, n);
          break;
        }
    }
  return done;
}

gboolean
lc_ssh_channel_send_eof (LcSshChannel *self)
{
  int rc = libssh2_channel_send_eof (self->handle);

  if (rc != 0 && rc != LIBSSH2_ERROR_EAGAIN)
    handle_error (self, rc);
  return rc == 0;
}

gboolean
lc_ssh_channel_is_closed_by_server (LcSshChannel *self)
{
  return self->remote_eof && libssh2_channel_wait_closed (self->handle) == 0;
}

void
lc_ssh_channel_abandon (LcSshChannel *self)
{
  /* EAGAIN, while keys are exchanged: it stays without. */
  if (self->state == LC_SSH_CHANNEL_OPEN)
    (void) libssh2_channel_signal_ex (self->handle, "HUP", strlen ("HUP"));
  lc_ssh_channel_finish (self);
}

void
lc_ssh_channel_finish (LcSshChannel *self)
{
  close_ends (self);
  return_window (self, self->window - self->least);
  if (self->state == LC_SSH_CHANNEL_OPEN)
    self->state = LC_SSH_CHANNEL_CLOSING;
  else if (self->state == LC_SSH_CHANNEL_OPENING)
    self->unwanted = TRUE;
}

void
lc_ssh_channel_close_step (LcSshChannel *self)
{
  if (libssh2_channel_free (self->handle) != LIBSSH2_ERROR_EAGAIN)
    {
      self->handle = NULL;
      self->state = LC_SSH_CHANNEL_GONE;
    }
}

void
lc_ssh_channel_free (LcSshChannel *self)
{
  close_ends (self);
  self->klass->free (self);
}
