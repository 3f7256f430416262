/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-model.h"

void
sb_person_free (SbPerson *self)
{
  g_free (self->id);
  g_free (self->tenant_id);
  g_free (self->user_name);
  g_free (self->given_name);
  g_free (self->family_name);
  g_free (self->password_hash);
  g_free (self);
}

void
sb_tenant_free (SbTenant *self)
{
  g_free (self->id);
  g_free (self->domain);
  g_free (self->name);
  g_free (self);
}

void
sb_subscription_free (SbSubscription *self)
{
  g_free (self->id);
  g_free (self->tenant_id);
  g_free (self->name);
  g_free (self);
}

void
sb_account_free (SbAccount *self)
{
  g_free (self->subscription_id);
  g_free (self->resource_group);
  g_free (self->name);
  g_free (self->location);
  g_free (self->tags);
  g_free (self->guid);
  g_free (self);
}

void
sb_image_free (SbImage *self)
{
  g_free (self->account_path);
  g_free (self->name);
  g_free (self->author);
  g_free (self->description);
  g_free (self->publisher);
  g_free (self->offer);
  g_free (self->sku);
  g_free (self->version);
  g_free (self->os_type);
  g_free (self->guid);
  g_free (self);
}

void
sb_lab_free (SbLab *self)
{
  g_free (self->subscription_id);
  g_free (self->account_path);
  g_free (self->location);
  g_free (self->name);
  g_free (self->access_mode);
  g_free (self->invitation_code);
  g_free (self->created_by);
  g_free (self->created_by_name);
  g_free (self->tags);
  g_free (self->guid);
  g_free (self->title);
  g_free (self->description);
  g_free (self->image_name);
  g_free (self->size);
  g_free (self->login);
  g_free (self->publishing_state);
  g_free (self->configuration_state);
  g_free (self);
}

void
sb_machine_free (SbMachine *self)
{
  g_free (self->lab_path);
  g_free (self->name);
  g_free (self->host_name);
  g_free (self->login);
  g_free (self->claimed_by);
  g_free (self->claimed_by_name);
  g_free (self->state);
  g_free (self->guid);
  g_free (self);
}

void
sb_user_free (SbUser *self)
{
  g_free (self->lab_path);
  g_free (self->name);
  g_free (self->email);
  g_free (self->person_id);
  g_free (self->tenant_id);
  g_free (self->given_name);
  g_free (self->family_name);
  g_free (self);
}

void
sb_operation_free (SbOperation *self)
{
  g_free (self->id);
  g_free (self->target);
  g_free (self->subscription_id);
  g_free (self->location);
  g_free (self->person_id);
  g_free (self->method);
  g_free (self->uri);
  g_free (self->status);
  g_free (self->error_code);
  g_free (self->error_message);
  g_free (self);
}

char *
sb_account_dup_path (const SbAccount *self)
{
  return g_strdup_printf (
      "/subscriptions/%s/resourceGroups/%s/providers/Microsoft.LabServices/labaccounts/%s",
      self->subscription_id, self->resource_group, self->name);
}

char *
sb_lab_dup_path (const SbLab *self)
{
  return g_strdup_printf ("%s/labs/%s", self->account_path, self->name);
}

char *
sb_lab_dup_settings_path (const SbLab *self)
{
  return g_strdup_printf ("%s/labs/%s/environmentsettings/default", self->account_path, self->name);
}

char *
sb_machine_dup_path (const SbMachine *self)
{
  if (self->is_template)
    return g_strdup_printf ("%s/environmentsettings/default", self->lab_path);

  return g_strdup_printf ("%s/environmentsettings/default/environments/%s", self->lab_path,
                          self->name);
}

gboolean
sb_machine_is_running (const SbMachine *self)
{
  return g_str_equal (self->state, "Running");
}
