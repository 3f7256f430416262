/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sb-machine-backend.h"

G_BEGIN_DECLS

/* Makes what runs the machines, from a folder of its own and an image root. */
typedef SbMachineBackend *(*SbMakeBackend) (const char *folder, const char *image, GError **error);

/* The whole program but for main(): the tests run it with machines that are not real. */
int sb_program_run (int argc, char **argv, SbMakeBackend make_backend);

G_END_DECLS
