/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sb-machine-backend.h"

G_BEGIN_DECLS

/* The real machines: an #SbMachineBackend before an #SbMachineHost. */
#define SB_TYPE_HOST_BACKEND (sb_host_backend_get_type ())
G_DECLARE_FINAL_TYPE (SbHostBackend, sb_host_backend, SB, HOST_BACKEND, GObject)

SbMachineBackend *sb_host_backend_new (const char *state_dir, const char *image, GError **error);

G_END_DECLS
