/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sb-machine-backend.h"

G_BEGIN_DECLS

/* Machines that start in an instant and are nothing but names: for tests of rules and of the REST
 * surface. */
#define SB_TYPE_FAKE_BACKEND (sb_fake_backend_get_type ())
G_DECLARE_FINAL_TYPE (SbFakeBackend, sb_fake_backend, SB, FAKE_BACKEND, GObject)

SbFakeBackend *sb_fake_backend_new (void);

/* The next start, stop or password fails with this message. */
void sb_fake_backend_fail_next (SbFakeBackend *self, const char *message);

/* As if the machine had powered itself off. */
void sb_fake_backend_power_off (SbFakeBackend *self, const char *name);

/* As if the service had crashed after it dropped the disk and before it wrote that down. */
void sb_fake_backend_lose_disk (SbFakeBackend *self, const char *name);

gboolean sb_fake_backend_has_disk (SbFakeBackend *self, const char *name);
gboolean sb_fake_backend_is_running (SbFakeBackend *self, const char *name);

/* What the disk was made from, "" for the plain image. */
const char *sb_fake_backend_get_template (SbFakeBackend *self, const char *name);

G_END_DECLS
