/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sb-disk-store.h"

/* A port of 127.0.0.1 that nobody listens on and no machine of @disks has; 0 with @error. */
guint16 sb_choose_port (SbDiskStore *disks, GError **error);
