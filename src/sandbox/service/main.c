/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-host-backend.h"
#include "sb-program.h"

static SbMachineBackend *
make_backend (const char *folder, const char *image, GError **error)
{
  if (image != NULL)
    return sb_host_backend_new (folder, image, error);

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                       "Say with --image ROOT, or in $LABCONNECT_LAB_IMAGE, where the root of the "
                       "machines' image is.");
  return NULL;
}

int
main (int argc, char **argv)
{
  return sb_program_run (argc, argv, make_backend);
}
