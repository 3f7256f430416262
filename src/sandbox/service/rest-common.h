/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sb-service.h"

G_BEGIN_DECLS

/* What the REST surfaces of the 2018-10-15 generation have in common. */

#define SB_VERSION_2018    "2018-10-15"
#define SB_VERSION_PREVIEW "2019-01-01-preview"

#define SB_PROVIDER        "/providers/Microsoft.LabServices"
#define SB_IN_SUBSCRIPTION "/subscriptions/{subscriptionId}" SB_PROVIDER
#define SB_IN_GROUP        "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}" SB_PROVIDER
#define SB_ACCOUNT         SB_IN_GROUP "/labaccounts/{labAccountName}"
#define SB_LAB             SB_ACCOUNT "/labs/{labName}"
#define SB_SETTINGS        SB_LAB "/environmentsettings/{environmentSettingName}"
#define SB_ENVIRONMENT     SB_SETTINGS "/environments/{environmentName}"

/* What the path of the request names. The settings of a lab are always called "default". */
SbAccount *sb_rest_find_account (SbService *self, SbRequest *request, GError **error);
SbLab *sb_rest_find_lab (SbService *self, SbRequest *request, GError **error);
SbLab *sb_rest_find_settings (SbService *self, SbRequest *request, GError **error);
SbMachine *sb_rest_find_machine (SbService *self, SbRequest *request, GError **error);

/* What a resource id in a body names. */
SbLab *sb_rest_find_lab_at (SbService *self, const char *path, GError **error);
SbMachine *sb_rest_find_machine_at (SbService *self, const char *path, GError **error);

/* id, name, type and, when they are not %NULL, location and tags (a JSON object as text). */
JsonObject *sb_rest_resource (const char *id,
                              const char *name,
                              const char *type,
                              const char *location,
                              const char *tags);

/* Adds "latestOperationResult" when there was an operation on @target. */
void sb_rest_add_last_operation (SbService *self, JsonObject *properties, const char *target);
void sb_rest_add_time (JsonObject *object, const char *name, gint64 time);
void sb_rest_add_duration (JsonObject *object, const char *name, gint64 duration);

/* 202 and where to follow it; 200 when it has ended already. Takes @operation; %NULL is the
 * failure that @error tells. */
gboolean sb_rest_reply_operation (SbRequest *request, SbOperation *operation, GError **error);

/* The "tags" of a body as text; "{}" when there are none. */
char *sb_rest_dup_tags (JsonObject *body, const char *old, GError **error);

/* Checks the name of a new resource. */
gboolean sb_rest_check_name (const char *name, GError **error);

G_END_DECLS
