/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "rivals.h"

G_BEGIN_DECLS

/* What goes through the rivals' forwards: servers at the far end, in the order of the ports that
 * traffic_start() gives, and clients at this one. */
typedef enum
{
  TRAFFIC_SOURCE,  /* sends as much as is asked for */
  TRAFFIC_SINK,    /* takes everything, and says so */
  TRAFFIC_ECHO,    /* sends back what comes */
  TRAFFIC_GREETER, /* sends one byte */
  N_TRAFFICS
} TrafficKind;

/* @line: (nullable): the servers are at its far end; else on this computer. @targets: N_TRAFFICS
 * ports, for rival_start() */
void traffic_start (TestLine *line, guint16 *targets);
void traffic_stop (void);

/* Moves @bytes through @n connections at once. Returns: seconds */
double traffic_move (const Rival *rival, guint n, gboolean upload, guint64 bytes);

/* Moves as much as it can for some time, through one connection, from its opening on. Returns:
 * bytes per second that arrived */
double traffic_flow (const Rival *rival, gboolean upload, double seconds);

/* A connection that moves as much as it can meanwhile. */
void traffic_begin (const Rival *rival, gboolean upload);
void traffic_end (void);

/* One byte there and back, @n times, @pause_us apart. @values: (out): µs */
void traffic_ping (const Rival *rival, guint n, guint pause_us, double *values);

/* Opens @n connections at once. Returns: µs until the first byte of the last came */
double traffic_first_byte (const Rival *rival, guint n);

G_END_DECLS
