/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-test-sshd.h"
#include "test-line.h"

G_BEGIN_DECLS

/* Who is compared: our engine, and ssh with the cipher that it prefers, and with the one that we
 * prefer. Each is a process with local forwards, on the same sshd. */
typedef enum
{
  RIVAL_OURS,
  RIVAL_SSH,
  RIVAL_SSH_GCM,
  N_RIVALS
} RivalKind;

extern const char *const rival_names[N_RIVALS];

#define RIVAL_FORWARDS_MAX 16

/**
 * Rival:
 * @pid: of its process
 * @ports: the local ends of its forwards, in the order of the targets
 * @login_us: from the connecting of the socket to the end of the authentication
 * @start_us: the same from the start of the process
 */
typedef struct
{
  RivalKind kind;
  GPid pid;
  int input;  /* ours stays while this is open */
  int errors; /* what ssh says */
  guint16 ports[RIVAL_FORWARDS_MAX];
  gint64 login_us;
  gint64 start_us;
} Rival;

/* Where the rivals log in. */
typedef struct
{
  LcTestSshd *sshd;
  const char *address; /* 127.0.0.1, or TEST_LINE_FAR */
  char *key;           /* NULL: with the password */
} RivalServer;

/* A server, at the far end of @line if there is one, and an ed25519 key that it knows. */
void rival_server_start (RivalServer *self, TestLine *line);
void rival_server_stop (RivalServer *self);

/* Starts one; returns when it is logged in and its forwards listen. @targets: ports at the far end;
 * the times of ssh are known without any only */
void rival_start (Rival *self,
                  RivalKind kind,
                  const RivalServer *server,
                  const guint16 *targets,
                  guint n_targets);
void rival_stop (Rival *self);

/* Seconds that it has computed so far. */
double rival_get_cpu (const Rival *self);

/* What its threads have voluntarily slept, that is: how often they woke up. */
guint64 rival_get_wake_ups (const Rival *self);

/* KiB of a field such as "VmHWM" of /proc/PID/status, or "Pss" of smaps_rollup. */
guint64 rival_get_memory (const Rival *self, const char *field);

/* "VmHWM" begins anew. */
void rival_reset_peak (const Rival *self);

G_END_DECLS
