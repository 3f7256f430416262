/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sb-faults.h"
#include "sb-labs.h"
#include "sb-request.h"

G_BEGIN_DECLS

/**
 * SbService:
 *
 * The HTTP server: listens on loopback, finds the route, checks token, version and role, and calls
 * the handler. Main thread.
 */
#define SB_TYPE_SERVICE (sb_service_get_type ())
G_DECLARE_FINAL_TYPE (SbService, sb_service, SB, SERVICE, GObject)

/* Answers @request, or sets @error and returns %FALSE: then the error envelope is sent. */
typedef gboolean (*SbHandler) (SbService *self, SbRequest *request, GError **error);

typedef enum
{
  SB_ROUTE_OPEN,  /* no token: identity pages and the sandbox's own controls */
  SB_ROUTE_TOKEN, /* a token, no role: tenants, subscriptions */
  SB_ROUTE_ROLE,  /* a token and a role at the scope that the path names */
} SbRouteKind;

typedef struct
{
  const char *method;
  const char *template;
  SbRouteKind kind;
  const char *version; /* (nullable): the api-version it answers to */
  SbHandler handler;
} SbRoute;

SbService *sb_service_new (SbStore *store, SbLabs *labs, GError **error);

/* 127.0.0.1 and, where there is IPv6, ::1, on the same port; 0 finds a free one. */
gboolean sb_service_listen (SbService *self, guint port, GError **error);
guint sb_service_get_port (SbService *self);

/* Ends all connections and takes no more. */
void sb_service_stop (SbService *self);

SbStore *sb_service_get_store (SbService *self);
SbLabs *sb_service_get_labs (SbService *self);
SbFaults *sb_service_get_faults (SbService *self);

/* What tokens are signed with. */
const char *sb_service_get_key (SbService *self);

/* The routes of each area; each array ends with a route without a method. */
extern const SbRoute sb_identity_routes[];
extern const SbRoute sb_device_routes[];
extern const SbRoute sb_student_routes[];
extern const SbRoute sb_subscription_routes[];
extern const SbRoute sb_account_routes[];
extern const SbRoute sb_lab_routes[];
extern const SbRoute sb_settings_routes[];
extern const SbRoute sb_environment_routes[];
extern const SbRoute sb_user_routes[];
extern const SbRoute sb_operation_routes[];
extern const SbRoute sb_control_routes[];

G_END_DECLS
