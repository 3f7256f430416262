/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-tunnel-situation.h"

#include "lc-config.h"

#include <glib/gi18n-lib.h>

/* Whole sentences, since languages place and bend the ordinal and the number as they like. */
static char *
describe_countdown (guint attempt, guint seconds)
{
  switch (attempt)
    {
    case 1:
      return g_strdup_printf (ngettext ("Reconnecting, first try in %u s",
                                        "Reconnecting, first try in %u s", seconds),
                              seconds);
    case 2:
      return g_strdup_printf (ngettext ("Reconnecting, second try in %u s",
                                        "Reconnecting, second try in %u s", seconds),
                              seconds);
    case 3:
      return g_strdup_printf (ngettext ("Reconnecting, third try in %u s",
                                        "Reconnecting, third try in %u s", seconds),
                              seconds);
    case 4:
      return g_strdup_printf (ngettext ("Reconnecting, fourth try in %u s",
                                        "Reconnecting, fourth try in %u s", seconds),
                              seconds);
    case 5:
      return g_strdup_printf (ngettext ("Reconnecting, fifth try in %u s",
                                        "Reconnecting, fifth try in %u s", seconds),
                              seconds);
    default:
      /* Translators: the first number counts the tries, the second one is a time in seconds */
      return g_strdup_printf (ngettext ("Reconnecting, try number %1$u in %2$u s",
                                        "Reconnecting, try number %1$u in %2$u s", seconds),
                              attempt, seconds);
    }
}

static char *
describe_attempt (guint attempt)
{
  switch (attempt)
    {
    case 0:
      return g_strdup (_ ("The connection was lost and is being made again"));
    case 1:
      return g_strdup (_ ("Reconnecting, first try"));
    case 2:
      return g_strdup (_ ("Reconnecting, second try"));
    case 3:
      return g_strdup (_ ("Reconnecting, third try"));
    case 4:
      return g_strdup (_ ("Reconnecting, fourth try"));
    case 5:
      return g_strdup (_ ("Reconnecting, fifth try"));
    default:
      /* Translators: the number counts the tries */
      return g_strdup_printf (_ ("Reconnecting, try number %u"), attempt);
    }
}

static char *
describe_silence (const LcTunnelSituation *self, gint64 now, gint64 *until)
{
  gint64 seconds = 0;

  if (self->heard_at <= 0 || self->heard_at > now)
    return g_strdup (_ ("The machine does not answer"));

  seconds = (now - self->heard_at) / G_USEC_PER_SEC;
  *until = self->heard_at + (seconds + 1) * G_USEC_PER_SEC;
  return g_strdup_printf (ngettext ("No answer for %u s", "No answer for %u s", (gulong) seconds),
                          (guint) seconds);
}

static char *
describe_reconnecting (const LcTunnelSituation *self, gint64 now, gint64 *until)
{
  gint64 left = self->attempt_at - now;
  gint64 seconds = (left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;

  if (self->attempt == 0 || left <= 0)
    return describe_attempt (self->attempt);

  *until = self->attempt_at - (seconds - 1) * G_USEC_PER_SEC;
  return describe_countdown (self->attempt, (guint) MIN (seconds, G_MAXUINT));
}

gboolean
lc_tunnel_machine_is_off (LcMachineState state)
{
  return state == LC_MACHINE_STATE_STOPPED || state == LC_MACHINE_STATE_STOPPING ||
         state == LC_MACHINE_STATE_DELETING;
}

char *
lc_tunnel_situation_describe (const LcTunnelSituation *self, gint64 now, gint64 *until)
{
  *until = 0;
  if (self->state != LC_SSH_SILENT && self->state != LC_SSH_RECONNECTING)
    return NULL;
  if (lc_tunnel_machine_is_off (self->machine))
    return g_strdup (_ ("The machine was stopped"));

  return self->state == LC_SSH_SILENT ? describe_silence (self, now, until)
                                      : describe_reconnecting (self, now, until);
}
