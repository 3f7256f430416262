/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-account.h"
#include "lc-http-client.h"
#include "lc-lab.h"
#include "lc-machine.h"

G_BEGIN_DECLS

#define LC_LAB_SERVICES_VERSION "2018-10-15"

/* What is known of a lab between calls. */
typedef struct
{
  char *id;
  char *name;
  char *description;   /* nullable */
  gint64 quota;        /* seconds, -1 unknown */
  gboolean is_managed; /* seen through a role: all its machines can be listed */
} LcLabServicesLab;

/**
 * LcLabServicesSession:
 *
 * What the calls of one provider share. Reference counted; the functions named "await" run on a
 * fiber and give %LC_ERROR only.
 */
typedef struct
{
  LcHttpClient *client;
  char *account_id;
  char *object_id;
  GHashTable *labs;    /* id in lower case → LcLabServicesLab */
  gboolean discovered; /* whether @labs tells which labs are managed */
} LcLabServicesSession;

LcLabServicesSession *lc_lab_services_session_new (LcAccount *account, LcHttpClient *client);
LcLabServicesSession *lc_lab_services_session_ref (LcLabServicesSession *self);
void lc_lab_services_session_unref (LcLabServicesSession *self);

/* Transfer full: one that knows no labs yet, to ask for them anew. */
LcLabServicesSession *lc_lab_services_session_copy (LcLabServicesSession *self);

/* Takes over the labs that @fresh has found. */
void lc_lab_services_session_take_labs (LcLabServicesSession *self, LcLabServicesSession *fresh);

/* Nullable, transfer none. @id: of a lab, or of a machine in it */
LcLabServicesLab *lc_lab_services_session_find_lab (LcLabServicesSession *self, const char *id);

/* Transfer none; made when it is not known. Nullable when @id is not a lab's. */
LcLabServicesLab *lc_lab_services_session_add_lab (LcLabServicesSession *self, const char *id);

/* Sends and reads the JSON of the answer. @request: (transfer full) */
LcJsonReader *lc_lab_services_session_await_json (LcLabServicesSession *self,
                                                  LcHttpRequest *request,
                                                  GError **error);

/* Gives a machine its lab's quota. */
void lc_lab_services_session_complete (LcLabServicesSession *self, LcMachine *machine);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LcLabServicesSession, lc_lab_services_session_unref)

G_END_DECLS
