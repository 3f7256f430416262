/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LcSettings:
 *
 * The settings of com.example.LabConnect, typed. A school can lock any key. Falls back to the
 * defaults when the schema is not installed (a test, a program run from the build folder). Main
 * thread.
 */
#define LC_TYPE_SETTINGS (lc_settings_get_type ())
G_DECLARE_FINAL_TYPE (LcSettings, lc_settings, LC, SETTINGS, GObject)

LcSettings *lc_settings_get_default (void); /* transfer none */

GSettings *lc_settings_get_gsettings (LcSettings *self); /* nullable, for g_settings_bind() */
char *
lc_settings_dup_client_id (LcSettings *self); /* never empty: the build option is the default */
char *lc_settings_dup_tenant (LcSettings *self);
char *lc_settings_dup_cloud_id (LcSettings *self); /* last one chosen */
void lc_settings_set_cloud_id (LcSettings *self, const char *id);
guint lc_settings_get_connect_timeout (LcSettings *self); /* seconds to wait for a machine's sshd */

/* Seconds after which a machine that does not answer is given up. */
guint lc_settings_get_silence_limit (LcSettings *self);

/* Minutes after which a connection that carries nothing is closed; 0: never. */
guint lc_settings_get_unused_limit (LcSettings *self);

G_END_DECLS
