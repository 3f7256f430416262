/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the service knows, as plain values read from the store: a copy, true when it was read. */

typedef struct
{
  char *id; /* object id */
  char *tenant_id;
  char *user_name;
  char *given_name;
  char *family_name;
  char *password_hash;
} SbPerson;

typedef struct
{
  char *id;
  char *domain;
  char *name;
} SbTenant;

typedef struct
{
  char *id;
  char *tenant_id;
  char *name;
} SbSubscription;

typedef struct
{
  gint64 id;
  char *subscription_id;
  char *resource_group;
  char *name;
  char *location;
  gboolean region_selection;
  char *tags; /* a JSON object */
  char *guid;
} SbAccount;

typedef struct
{
  gint64 id;
  char *account_path; /* resource id of its account */
  char *name;
  char *author;
  char *description;
  char *publisher;
  char *offer;
  char *sku;
  char *version;
  char *os_type;
  gboolean is_enabled;
  gboolean is_override;
  gint64 created;
  char *guid;
} SbImage;

typedef struct
{
  gint64 id;
  gint64 account_id;
  char *subscription_id;
  char *account_path;
  char *location;
  char *name;
  gint64 max_users;
  gint64 quota;
  char *access_mode;
  char *invitation_code;
  char *created_by;
  char *created_by_name;
  gint64 created;
  char *tags;
  char *guid;
  gboolean has_settings;
  char *title;
  char *description;
  char *image_name;
  char *size;
  char *login;
  char *publishing_state;
  char *configuration_state;
  gboolean is_frozen; /* there is a frozen template disk to copy */
  gint64 last_changed;
  gint64 last_published;
} SbLab;

typedef struct
{
  gint64 id;
  gint64 lab_id;
  char *lab_path;
  char *name;
  char *host_name;
  gboolean is_template;
  gboolean has_disk;
  char *login;
  char *claimed_by; /* (nullable): object id */
  char *claimed_by_name;
  char *state; /* CONTRACTS 7: Starting, Running, Stopping, Stopped, … */
  gint64 usage;
  gint64 counted; /* until when @usage is counted, while it runs */
  gint64 password_reset;
  gboolean is_password_seeded;
  char *guid;
} SbMachine;

typedef struct
{
  gint64 id;
  gint64 lab_id;
  char *lab_path;
  char *name;
  char *email;
  char *person_id; /* (nullable): who has that address */
  char *tenant_id;
  char *given_name;
  char *family_name;
  gint64 registered; /* 0: not yet */
  gint64 usage;
} SbUser;

typedef struct
{
  char *id;
  char *target; /* resource id that it works on */
  char *subscription_id;
  char *location;
  char *person_id;
  char *method;
  char *uri;
  char *status;
  char *error_code;
  char *error_message;
  gint64 started;
  gint64 ended;
} SbOperation;

void sb_person_free (SbPerson *self);
void sb_tenant_free (SbTenant *self);
void sb_subscription_free (SbSubscription *self);
void sb_account_free (SbAccount *self);
void sb_image_free (SbImage *self);
void sb_lab_free (SbLab *self);
void sb_machine_free (SbMachine *self);
void sb_user_free (SbUser *self);
void sb_operation_free (SbOperation *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SbPerson, sb_person_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SbTenant, sb_tenant_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SbSubscription, sb_subscription_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SbAccount, sb_account_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SbImage, sb_image_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SbLab, sb_lab_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SbMachine, sb_machine_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SbUser, sb_user_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SbOperation, sb_operation_free)

/* Resource ids, as ARM has them. */
char *sb_account_dup_path (const SbAccount *self);
char *sb_lab_dup_path (const SbLab *self);
char *sb_lab_dup_settings_path (const SbLab *self);
char *sb_machine_dup_path (const SbMachine *self);

gboolean sb_machine_is_running (const SbMachine *self);

G_END_DECLS
