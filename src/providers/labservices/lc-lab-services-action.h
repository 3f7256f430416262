/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-lab-services-session.h"
#include "lc-operation.h"

G_BEGIN_DECLS

typedef enum
{
  LC_LAB_SERVICES_START,
  LC_LAB_SERVICES_STOP,
  LC_LAB_SERVICES_RESET_PASSWORD,
} LcLabServicesActionKind;

/* Something done to a machine. */
typedef struct
{
  LcLabServicesActionKind kind;
  const char *machine_id;
  const char *login;      /* for a password */
  LcSecret *password;     /* for a password */
  LcOperation *operation; /* nullable */
} LcLabServicesAction;

/* Nullable, transfer full: the machine as it is now, by whichever way the person may see it. */
LcMachine *
lc_lab_services_await_machine (LcLabServicesSession *self, const char *id, GError **error);

/* Asks for it and waits for its end. */
gboolean lc_lab_services_await_action (LcLabServicesSession *self,
                                       const LcLabServicesAction *action,
                                       GError **error);

G_END_DECLS
