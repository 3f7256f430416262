/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <lc-connector.h>

G_BEGIN_DECLS

/**
 * LcFakeConnection:
 *
 * A connection to nowhere, with a URI.
 */
#define LC_TYPE_FAKE_CONNECTION (lc_fake_connection_get_type ())
G_DECLARE_FINAL_TYPE (LcFakeConnection, lc_fake_connection, LC, FAKE_CONNECTION, LcConnection)

LcFakeConnection *lc_fake_connection_new (LcMachine *machine, const char *connector_id);
guint lc_fake_connection_get_shown (LcFakeConnection *self); /* how often it was shown again */
void lc_fake_connection_set_journal (LcFakeConnection *self, const char *journal);

/**
 * LcFakeConnector:
 *
 * Connects at once, or as the test wants it. Its steps are "reach", "log-in" and "open".
 */
#define LC_TYPE_FAKE_CONNECTOR (lc_fake_connector_get_type ())
G_DECLARE_FINAL_TYPE (LcFakeConnector, lc_fake_connector, LC, FAKE_CONNECTOR, GObject)

LcFakeConnector *lc_fake_connector_new (const char *id);

/* Only this password is taken from then on; the refusal says "password". */
void lc_fake_connector_set_password (LcFakeConnector *self, const char *password);

/* The next attempt with the right password has it changed to @next, whatever comes of it; @hidden:
 * the one after the next, since this is found out only then. */
void lc_fake_connector_expire_password (LcFakeConnector *self, const char *next, gboolean hidden);

/* The next @times attempts fail with a copy of @error. */
void lc_fake_connector_fail (LcFakeConnector *self, guint times, const GError *error);

/* Milliseconds that every attempt takes. */
void lc_fake_connector_set_delay (LcFakeConnector *self, guint milliseconds);
guint lc_fake_connector_count (LcFakeConnector *self);

G_END_DECLS
