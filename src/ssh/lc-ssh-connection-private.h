/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-credentials.h"
#include "lc-prompt.h"
#include "lc-ssh-connection.h"
#include "lc-ssh-counters.h"
#include "lc-ssh-link.h"
#include "lc-ssh-recipe.h"
#include "lc-ssh-times.h"

G_BEGIN_DECLS

/* For lc-ssh-connect.c; main thread. */

LcSshConnection *lc_ssh_connection_new (LcMachine *machine, const LcSshTimes *times);

/* Whom to ask what the machine wants to know at a log-in; without one all is declined. */
void lc_ssh_connection_set_prompt (LcSshConnection *self, LcPrompt *prompt);

/* Connects, through @jump (nullable) when there is one, and exchanges keys. @algorithms:
 * (nullable): preferred for the host key. Resolves to an #LcHostKey (boxed). Nothing was sent yet
 * that an impostor must not see. */
DexFuture *lc_ssh_connection_reach (LcSshConnection *self,
                                    LcSshConnection *jump,
                                    const char *const *algorithms) G_GNUC_WARN_UNUSED_RESULT;

/* Resolves to %TRUE; after %LC_ERROR_AUTH_FAILED it may be tried again. */
DexFuture *lc_ssh_connection_log_in (LcSshConnection *self,
                                     LcCredentials *credentials,
                                     LcSecret *key) G_GNUC_WARN_UNUSED_RESULT;

/* How it was made: needed to make it again when it is lost, and a second one beside it. */
void lc_ssh_connection_set_recipe (LcSshConnection *self, LcSshRecipe *recipe);
LcSshRecipe *lc_ssh_connection_get_recipe (LcSshConnection *self); /* nullable */

LcSshLink *lc_ssh_connection_get_link (LcSshConnection *self);
void lc_ssh_connection_add_forward (LcSshConnection *self, LcSshForward *forward);

/* For lc-ssh-sibling.c: a second connection, which ends with this one. Both return: (transfer full)
 * (nullable). When it has one already that lives, that one stays. */
LcSshConnection *lc_ssh_connection_dup_sibling (LcSshConnection *self);
LcSshConnection *lc_ssh_connection_adopt_sibling (LcSshConnection *self, LcSshConnection *sibling);

/* 0, 1 for its sibling, 2 for the sibling's … */
guint lc_ssh_connection_get_rank (LcSshConnection *self);

/* A forward is closed: so are its connections that others took over. */
void lc_ssh_connection_close_carried (LcSshConnection *self, LcSshCounters *counters);

/* Whether it lives and nobody has asked it to end. */
gboolean lc_ssh_connection_is_usable (LcSshConnection *self);

/* As lc_ssh_connection_start(). */
DexFuture *lc_ssh_process_start (LcSshLink *link,
                                 const LcSshProgram *program) G_GNUC_WARN_UNUSED_RESULT;

/* As lc_ssh_connection_open_sftp(). */
DexFuture *lc_sftp_open (LcSshLink *link) G_GNUC_WARN_UNUSED_RESULT;

LcSshForward *lc_ssh_forward_new (LcSshLink *link, LcSshCounters *counters);
void lc_ssh_forward_set_local_port (LcSshForward *self, guint16 port);
void lc_ssh_forward_publish (LcSshForward *self);
gboolean lc_ssh_forward_has_counters (LcSshForward *self, LcSshCounters *counters);
void lc_ssh_forward_set_last_error (LcSshForward *self, const GError *error);

/* For lc-ssh-reconnect.c: tells people which attempt comes when. Resolves to %TRUE after @wait_ms,
 * or before when there is reason to hope (lc_ssh_connection_look()). Rejects when it is over. */
DexFuture *lc_ssh_connection_await_attempt (LcSshConnection *self,
                                            guint attempt,
                                            guint wait_ms) G_GNUC_WARN_UNUSED_RESULT;

/* @error: (transfer none): what the last attempt failed with */
void lc_ssh_connection_set_attempt_error (LcSshConnection *self, const GError *error);

/* The network has changed, or this computer has slept: asks the server whether it is there, or
 * tries to connect again without waiting any longer. */
void lc_ssh_connection_look (LcSshConnection *self);

/* Events from the pump; each an #LcSshEventFunc, called on the main thread. */

typedef struct
{
  LcSshState state;
  gint64 heard_at; /* monotonic, µs */
} LcSshNews;

LcSshNews *lc_ssh_news_new (LcSshState state, gint64 heard_at); /* g_free() */

typedef struct
{
  LcSshCounters *counters;
  GError *error;
} LcSshRefusal;

LcSshRefusal *lc_ssh_refusal_new (LcSshCounters *counters, const GError *error);
void lc_ssh_refusal_free (gpointer refusal);

void lc_ssh_connection_state_cb (gpointer connection, gpointer news);
void lc_ssh_connection_round_trip_cb (gpointer connection, gpointer microseconds);
void lc_ssh_connection_info_cb (gpointer connection, gpointer info);
void lc_ssh_connection_overflow_cb (gpointer connection, gpointer request);
void lc_ssh_connection_counters_cb (gpointer connection, gpointer unused);
void lc_ssh_connection_refusal_cb (gpointer connection, gpointer refusal);
void lc_ssh_connection_question_cb (gpointer connection, gpointer question);
void lc_ssh_connection_lost_cb (gpointer connection, gpointer error);
void lc_ssh_connection_closed_cb (gpointer connection, gpointer error);

G_END_DECLS
