/* SPDX-License-Identifier: GPL-3.0-or-later */

/* labconnect-sandbox with machines that are nothing but names. Their disks do not outlive it, so
 * a state folder of it is for one run, or for tests that start no machine in the second. */

#include "sb-fake-backend.h"
#include "sb-program.h"

static SbMachineBackend *
make_backend (const char *folder, const char *image, GError **error)
{
  return SB_MACHINE_BACKEND (sb_fake_backend_new ());
}

int
main (int argc, char **argv)
{
  return sb_program_run (argc, argv, make_backend);
}
