/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-lab-services-session.h"

#include <string.h>

#include "lc-async.h"
#include "lc-lab-services-decode.h"
#include "lc-lab-services-error.h"

static void
lab_free (gpointer data)
{
  LcLabServicesLab *lab = data;

  g_free (lab->id);
  g_free (lab->name);
  g_free (lab->description);
  g_free (lab);
}

static void
clear_session (gpointer data)
{
  LcLabServicesSession *self = data;

  g_clear_object (&self->client);
  g_free (self->account_id);
  g_free (self->object_id);
  g_hash_table_unref (self->labs);
}

static LcLabServicesSession *
new_session (const char *account_id, const char *object_id, LcHttpClient *client)
{
  LcLabServicesSession *self = g_rc_box_new0 (LcLabServicesSession);

  self->client = g_object_ref (client);
  self->account_id = g_strdup (account_id);
  self->object_id = g_strdup (object_id);
  self->labs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, lab_free);
  return self;
}

LcLabServicesSession *
lc_lab_services_session_new (LcAccount *account, LcHttpClient *client)
{
  return new_session (lc_account_get_id (account), lc_account_get_object_id (account), client);
}

LcLabServicesSession *
lc_lab_services_session_ref (LcLabServicesSession *self)
{
  return g_rc_box_acquire (self);
}

void
lc_lab_services_session_unref (LcLabServicesSession *self)
{
  g_rc_box_release_full (self, clear_session);
}

LcLabServicesSession *
lc_lab_services_session_copy (LcLabServicesSession *self)
{
  return new_session (self->account_id, self->object_id, self->client);
}

void
lc_lab_services_session_take_labs (LcLabServicesSession *self, LcLabServicesSession *fresh)
{
  g_hash_table_unref (self->labs);
  self->labs = g_hash_table_ref (fresh->labs);
  self->discovered = TRUE;
}

LcLabServicesLab *
lc_lab_services_session_find_lab (LcLabServicesSession *self, const char *id)
{
  g_autofree char *lab_id = lc_lab_services_dup_lab_id (id);
  g_autofree char *key = lab_id != NULL ? g_utf8_strdown (lab_id, -1) : NULL;

  return key != NULL ? g_hash_table_lookup (self->labs, key) : NULL;
}

LcLabServicesLab *
lc_lab_services_session_add_lab (LcLabServicesSession *self, const char *id)
{
  LcLabServicesLab *lab = lc_lab_services_session_find_lab (self, id);
  g_autofree char *lab_id = lc_lab_services_dup_lab_id (id);

  if (lab != NULL || lab_id == NULL)
    return lab;
  lab = g_new0 (LcLabServicesLab, 1);
  lab->id = g_steal_pointer (&lab_id);
  lab->name = g_strdup (strrchr (lab->id, '/') + 1);
  lab->quota = -1;
  g_hash_table_insert (self->labs, g_utf8_strdown (lab->id, -1), lab);
  return lab;
}

LcJsonReader *
lc_lab_services_session_await_json (LcLabServicesSession *self,
                                    LcHttpRequest *request,
                                    GError **error)
{
  g_autoptr (LcHttpRequest) owned = request;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (LcHttpResponse) response =
      dex_await_object (lc_http_client_send (self->client, owned), &local_error);
  LcJsonReader *root = NULL;

  if (response != NULL)
    root = lc_http_response_read_json (response, &local_error);
  if (root == NULL)
    g_propagate_error (error, lc_lab_services_refine_error (g_steal_pointer (&local_error)));
  return root;
}

void
lc_lab_services_session_complete (LcLabServicesSession *self, LcMachine *machine)
{
  LcLabServicesLab *lab = lc_lab_services_session_find_lab (self, lc_machine_get_lab_id (machine));

  if (lab != NULL)
    lc_machine_set_usage (machine, lc_machine_get_usage (machine), lab->quota);
}
