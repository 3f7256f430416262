/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "lc-account.h"
#include "lc-lab.h"
#include "lc-operation.h"
#include "lc-secret.h"

G_BEGIN_DECLS

/**
 * LcProvider:
 *
 * One account's labs on one kind of service. All calls: main thread, cancelled by dropping the
 * future, time limits inside; they reject with %LC_ERROR only.
 */
#define LC_TYPE_PROVIDER (lc_provider_get_type ())
G_DECLARE_INTERFACE (LcProvider, lc_provider, LC, PROVIDER, GObject)

/* start_machine, stop_machine, reset_password and join_lab may be %NULL: %LC_ERROR_UNSUPPORTED. */
struct _LcProviderInterface
{
  GTypeInterface parent_iface;

  const char *(*get_id) (LcProvider *self);
  LcAccount *(*get_account) (LcProvider *self);
  DexFuture *(*list_labs) (LcProvider *self);
  DexFuture *(*list_machines) (LcProvider *self, LcLab *lab);
  DexFuture *(*get_machine) (LcProvider *self, LcMachine *machine);
  DexFuture *(*start_machine) (LcProvider *self, LcMachine *machine, LcOperation *operation);
  DexFuture *(*stop_machine) (LcProvider *self, LcMachine *machine, LcOperation *operation);
  DexFuture *(*reset_password) (LcProvider *self,
                                LcMachine *machine,
                                const char *login,
                                LcSecret *password,
                                LcOperation *operation);
  DexFuture *(*join_lab) (LcProvider *self, const char *invitation);
};

/* The kind of service, such as "labservices". With the account's id it names a provider. */
const char *lc_provider_get_id (LcProvider *self);
LcAccount *lc_provider_get_account (LcProvider *self);

/* Resolves to a #GListModel of fresh #LcLab; those whose machines came with the same answer are
 * loaded. */
DexFuture *lc_provider_list_labs (LcProvider *self) G_GNUC_WARN_UNUSED_RESULT;

/* Resolves to a #GListModel of fresh #LcMachine. */
DexFuture *lc_provider_list_machines (LcProvider *self, LcLab *lab) G_GNUC_WARN_UNUSED_RESULT;

/* Resolves to a fresh #LcMachine; the caller brings its own in line with lc_machine_update(). */
DexFuture *lc_provider_get_machine (LcProvider *self, LcMachine *machine) G_GNUC_WARN_UNUSED_RESULT;

/**
 * lc_provider_start_machine:
 * @operation: (nullable): where progress and details are told, and whose cancellable ends the wait
 * (the service goes on)
 *
 * Resolves to %TRUE when the service says that it runs. Rejects with %LC_ERROR_QUOTA_EXHAUSTED,
 * CONFLICT, FORBIDDEN, REMOTE_FAILED … as the service answers.
 */
DexFuture *lc_provider_start_machine (LcProvider *self,
                                      LcMachine *machine,
                                      LcOperation *operation) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *lc_provider_stop_machine (LcProvider *self,
                                     LcMachine *machine,
                                     LcOperation *operation) G_GNUC_WARN_UNUSED_RESULT;

/* Sets the password of @login on the machine; most services want it to run. %LC_ERROR_INVALID_INPUT
 * with the service's sentence when the password breaks its rules. */
DexFuture *lc_provider_reset_password (LcProvider *self,
                                       LcMachine *machine,
                                       const char *login,
                                       LcSecret *password,
                                       LcOperation *operation) G_GNUC_WARN_UNUSED_RESULT;

/* @invitation: the code, or the link with the code in it (CONTRACTS 7, 8). Resolves to %TRUE. */
DexFuture *lc_provider_join_lab (LcProvider *self,
                                 const char *invitation) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
