/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* sb-machine-init is process 1 of a machine: plain C, one thread, no library but libc, small enough
 * to be read before it is trusted with root. */

typedef struct
{
  const char *name;
  const char *disk;    /* the machine's own layer, relative to the state folder */
  char *const *layers; /* published layers under it, topmost first, NULL at the end */
  const char *image;
  int files_fd;    /* a folder with what the sandbox adds to the image */
  bool fresh;      /* the disk has never been booted */
  char *arguments; /* where the kernel shows the command line from */
  size_t arguments_length;
} SbInitConfig;

/* sb-init-root.c */
void sb_init_enter_root (const SbInitConfig *config);
void sb_init_raise_loopback (void);

/* sb-init-setup.c */
void sb_init_set_up (const SbInitConfig *config);
bool sb_init_has_login (const char *login);
int sb_init_add_login (const char *login, bool is_student);

/* sb-init.c */
_Noreturn void sb_init_fail (const char *step);
pid_t sb_init_spawn (const char *const *argv, int in, int out);
int sb_init_run (const char *const *argv);
