/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sb-seed.h"

G_BEGIN_DECLS

JsonObject *sb_seed_get_root (SbSeed *self);

G_END_DECLS
