/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <lc-provider.h>

G_BEGIN_DECLS

/**
 * LcFakeProvider:
 *
 * A service of one's own making: labs and machines as a test wants them, with delays and failures.
 * It answers with fresh objects, as real ones do. Starting and stopping take
 * lc_fake_provider_set_boot() milliseconds, in which the machine is described as starting or
 * stopping.
 */
#define LC_TYPE_FAKE_PROVIDER (lc_fake_provider_get_type ())
G_DECLARE_FINAL_TYPE (LcFakeProvider, lc_fake_provider, LC, FAKE_PROVIDER, GObject)

/* @id: the kind of service, such as "fake" */
LcFakeProvider *lc_fake_provider_new (const char *id, LcAccount *account);

/* An account on "http://127.0.0.1:9", for tests that need any. */
LcAccount *lc_fake_account_new (const char *user_name);

/* Adds a lab with @n_machines stopped Linux machines, "ID-1" and so on, at 127.0.0.1 port 2201 and
 * so on, login "student". @loaded: whether they come with the list of labs. */
void lc_fake_provider_add_lab (LcFakeProvider *self,
                               const char *id,
                               const char *name,
                               guint n_machines,
                               gboolean loaded);
void lc_fake_provider_remove_lab (LcFakeProvider *self, const char *id);

/* Transfer none: the service's own description, to be changed by the test. */
LcMachine *lc_fake_provider_get (LcFakeProvider *self, const char *machine_id);
void lc_fake_provider_remove_machine (LcFakeProvider *self, const char *machine_id);

/* Milliseconds before every answer. */
void lc_fake_provider_set_delay (LcFakeProvider *self, guint milliseconds);
void lc_fake_provider_set_boot (LcFakeProvider *self, guint milliseconds);

/* The next @times calls of @method ("list-labs", "list-machines", "get-machine", "start", "stop",
 * "reset-password", "join") fail with a copy of @error. */
void
lc_fake_provider_fail (LcFakeProvider *self, const char *method, guint times, const GError *error);

/* How often a method was called; NULL: all. */
guint lc_fake_provider_count (LcFakeProvider *self, const char *method);

/* The password that was set last. Nullable, transfer none. */
LcSecret *lc_fake_provider_get_password (LcFakeProvider *self);

G_END_DECLS
