/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

/*
 * What the machine host and process 1 of a machine say to each other: one SbMessage a packet, on an
 * AF_UNIX SOCK_SEQPACKET pair whose machine end is descriptor SB_CONTROL_FD of sb-machine-init.
 * When the host's end closes, the machine ends at once.
 */
#define SB_CONTROL_FD 3

typedef enum
{
  /* host to machine */
  SB_MESSAGE_CONNECTION = 'c', /* with a descriptor: the client's socket, for sshd */
  SB_MESSAGE_PASSWORD = 'w',   /* with a descriptor: chpasswd's input; text: the login */
  SB_MESSAGE_SHUT_DOWN = 'q',

  /* machine to host */
  SB_MESSAGE_READY = 'r',
  SB_MESSAGE_FAILED = 'f',       /* status: errno; text: an SB_STEP_* */
  SB_MESSAGE_PASSWORD_SET = 'p', /* serial of the question; status: 0, or why not */
} SbMessageType;

/* Steps at which a start can fail and that have words of their own in the host. */
#define SB_STEP_NAMESPACES "namespaces"
#define SB_STEP_OVERLAY    "overlay"
#define SB_STEP_PROC       "proc"

typedef struct
{
  uint32_t type;
  uint32_t serial;
  int32_t status;
  char text[64];
} SbMessage;
