/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mock-server.h"

#define ARM_ACCOUNT                                                                                \
  "/subscriptions/sub-1/resourceGroups/rg-1/providers/Microsoft.LabServices/labaccounts/acct-1"
#define ARM_LAB     ARM_ACCOUNT "/labs/python"
#define ARM_SETTING ARM_LAB "/environmentsettings/default"
#define ARM_MACHINE ARM_SETTING "/environments/ml-lab-vm-7"

/**
 * MockArm:
 *
 * Lab Services 2018-10-15 with one lab and one machine, as much of it as the client asks for. What
 * it offers and how it fails can be set at any time.
 */
typedef struct
{
  MockServer *server;

  gboolean no_list_all;
  gboolean bare_list_all; /* without connection details, as Microsoft's samples show it */
  gboolean no_list;
  gboolean no_list_labs;
  gboolean no_get;
  gboolean no_operation_address; /* 202 without headers */
  gboolean operation_forbidden;  /* the address answers 403 */
  gboolean no_operation_status;
  gboolean is_teacher;
  gboolean no_password;
  const char *no_machine;    /* nullable: the provisioning state of a place without a machine */
  const char *broken;        /* nullable: answered to listAllEnvironments */
  guint action_status;       /* 0: as usual */
  const char *action_answer; /* its body */
  const char *failure;       /* nullable: how the operation ends */
  guint polls_until_done;

  const char *power;
  guint polls;
} MockArm;

MockArm *mock_arm_new (void);
void mock_arm_free (MockArm *self);

/* Whether something at a path that ends so was asked for. */
gboolean mock_arm_was_asked (MockArm *self, const char *suffix);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockArm, mock_arm_free)
