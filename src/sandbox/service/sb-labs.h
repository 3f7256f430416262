/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sb-machine-backend.h"
#include "sb-store.h"

G_BEGIN_DECLS

/**
 * SbLabs:
 *
 * The rules of a lab service: who gets which machine, what may be started and when, what counts
 * against the quota, what publishing does. Knows neither HTTP nor JSON, so that every generation
 * of the REST surface can stand on it. Main thread.
 */
#define SB_TYPE_LABS (sb_labs_get_type ())
G_DECLARE_FINAL_TYPE (SbLabs, sb_labs, SB, LABS, GObject)

/* On whose behalf, and how an operation is to misbehave (see #SbFaults). */
typedef struct
{
  const char *person_id;
  const char *method;
  const char *uri;
  guint delay;           /* milliseconds before the work begins */
  const char *fail_code; /* (nullable): the operation fails with that code */
  const char *fail_message;
} SbCaller;

/* Machines that were running when the service died are stopped now, and their operations failed. */
SbLabs *sb_labs_new (SbStore *store, SbMachineBackend *backend, GError **error);

/* Counts what runs and stops it; completes with a #GTask of a boolean. */
void sb_labs_shut_down (SbLabs *self, GAsyncReadyCallback callback, gpointer user_data);

/* Adds up what ran since the last time, and stops who is past the quota. Runs by itself every few
 * seconds; a test calls it when it has moved the clock. */
void sb_labs_count_usage (SbLabs *self);

/* Machines: sb-labs-machines.c. Each returns the operation that follows it, already ended when
 * there was nothing to do. */

SbOperation *
sb_labs_start_machine (SbLabs *self, gint64 id, const SbCaller *caller, GError **error);
SbOperation *sb_labs_stop_machine (SbLabs *self, gint64 id, const SbCaller *caller, GError **error);
SbOperation *sb_labs_reset_password (SbLabs *self,
                                     gint64 id,
                                     const char *login,
                                     const char *password,
                                     const SbCaller *caller,
                                     GError **error);

/* "127.0.0.1:PORT", "" while it has no disk and so no port. */
char *sb_labs_dup_ssh_authority (SbLabs *self, const SbMachine *machine);

/* Usage with what ran since it was last counted. */
gint64 sb_labs_get_usage (SbLabs *self, const SbMachine *machine);

/* Roster: sb-labs-roster.c */

/* A new lab with settings and template, as createLab makes it. Sets @lab->id. */
gboolean sb_labs_create_lab (SbLabs *self, SbLab *lab, GError **error);
gboolean
sb_labs_add_users (SbLabs *self, const SbLab *lab, const char *const *emails, GError **error);

/* One user, with a resource name of the caller's choice; @name: (nullable). */
gboolean sb_labs_add_user (SbLabs *self,
                           const SbLab *lab,
                           const char *name,
                           const char *email,
                           GError **error);
gboolean sb_labs_register (SbLabs *self, const SbPerson *person, const SbLab *lab, GError **error);
gboolean sb_labs_claim (SbLabs *self,
                        const SbPerson *person,
                        const SbLab *lab,
                        const char *name,
                        GError **error);

/* Adds or drops unclaimed machines of a published lab until it has as many as it may have users. */
gboolean sb_labs_scale (SbLabs *self, const SbLab *lab, GError **error);

/* One more machine, without a disk. */
SbMachine *sb_labs_add_machine (SbLabs *self,
                                const SbLab *lab,
                                const char *name,
                                gboolean is_template,
                                GError **error);

/* Makes its disk when it has none yet, or has lost it in a crash between two steps. */
gboolean sb_labs_make_disk (SbLabs *self, SbMachine *machine, GError **error);

/* Publishing and removing: sb-labs-publish.c */

SbOperation *sb_labs_publish (SbLabs *self,
                              const SbLab *lab,
                              gboolean use_existing_image,
                              const SbCaller *caller,
                              GError **error);
SbOperation *sb_labs_remove_machine (SbLabs *self,
                                     const SbMachine *machine,
                                     const SbCaller *caller,
                                     GError **error);
SbOperation *
sb_labs_remove_lab (SbLabs *self, const SbLab *lab, const SbCaller *caller, GError **error);
SbOperation *
sb_labs_remove_settings (SbLabs *self, const SbLab *lab, const SbCaller *caller, GError **error);
SbOperation *sb_labs_remove_account (SbLabs *self,
                                     const SbAccount *account,
                                     const SbCaller *caller,
                                     GError **error);

/* The user leaves the roster; a machine of theirs is freed, with what they wrote on it dropped. */
SbOperation *sb_labs_remove_user (SbLabs *self,
                                  const SbLab *lab,
                                  const SbUser *user,
                                  const SbCaller *caller,
                                  GError **error);

G_END_DECLS
