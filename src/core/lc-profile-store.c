/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-profile-store.h"

#include "lc-state-file.h"

#define KEY_LOGIN       "Login"
#define KEY_METHOD      "Method"
#define KEY_KEY_PATH    "KeyFile"
#define KEY_FINGERPRINT "AgentKey"
#define KEY_RESETS      "Resets"
#define KEY_PORT        "Port-"
#define KEY_JUMP        "Jump"

struct _LcProfileStore
{
  GObject parent_instance;
  char *path;
  GKeyFile *file;
  gboolean unwritten; /* the file knows less than we do */
};

G_DEFINE_FINAL_TYPE (LcProfileStore, lc_profile_store, G_TYPE_OBJECT)

static char *
group_of (const char *machine_id)
{
  g_autofree char *lower = g_ascii_strdown (machine_id, -1);

  return lc_state_file_dup_group (lower);
}

/* Another process of this program may have written since: before each change, and where it matters
 * most. */
static void
read_again (LcProfileStore *self)
{
  if (self->unwritten)
    return;

  g_clear_pointer (&self->file, g_key_file_unref);
  self->file = lc_state_file_load (self->path);
}

/* What is not written is lost at the end of the program, no more: said in the log. */
static void
save (LcProfileStore *self)
{
  g_autoptr (GError) error = NULL;

  self->unwritten = !lc_state_file_save (self->file, self->path, &error);
  if (self->unwritten)
    g_message ("Cannot write %s: %s", self->path, error->message);
}

static char *
get_string (LcProfileStore *self, const char *machine_id, const char *key)
{
  g_autofree char *group = group_of (machine_id);

  return g_key_file_get_string (self->file, group, key, NULL);
}

static guint
get_number (LcProfileStore *self, const char *machine_id, const char *key, guint limit)
{
  g_autofree char *group = group_of (machine_id);
  guint64 number = g_key_file_get_uint64 (self->file, group, key, NULL);

  return number <= limit ? number : 0;
}

static void
set_or_remove (LcProfileStore *self, const char *group, const char *key, const char *value)
{
  if (value != NULL)
    g_key_file_set_string (self->file, group, key, value);
  else
    g_key_file_remove_key (self->file, group, key, NULL);
}

static void
lc_profile_store_finalize (GObject *object)
{
  LcProfileStore *self = LC_PROFILE_STORE (object);

  g_clear_pointer (&self->file, g_key_file_unref);
  g_free (self->path);
  G_OBJECT_CLASS (lc_profile_store_parent_class)->finalize (object);
}

static void
lc_profile_store_class_init (LcProfileStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_profile_store_finalize;
}

static void
lc_profile_store_init (LcProfileStore *self)
{
}

LcProfileStore *
lc_profile_store_new (const char *path)
{
  LcProfileStore *self = g_object_new (LC_TYPE_PROFILE_STORE, NULL);

  self->path = g_strdup (path);
  self->file = lc_state_file_load (path);
  return self;
}

char *
lc_profile_store_dup_login (LcProfileStore *self, const char *machine_id)
{
  return get_string (self, machine_id, KEY_LOGIN);
}

LcAuthMethod
lc_profile_store_get_method (LcProfileStore *self, const char *machine_id)
{
  g_autofree char *nick = get_string (self, machine_id, KEY_METHOD);
  g_autoptr (GEnumClass) methods = g_type_class_ref (LC_TYPE_AUTH_METHOD);
  GEnumValue *method = nick != NULL ? g_enum_get_value_by_nick (methods, nick) : NULL;

  return method != NULL ? (LcAuthMethod) method->value : LC_AUTH_METHOD_PASSWORD;
}

char *
lc_profile_store_dup_key (LcProfileStore *self, const char *machine_id)
{
  switch (lc_profile_store_get_method (self, machine_id))
    {
    case LC_AUTH_METHOD_KEY_FILE:
      return get_string (self, machine_id, KEY_KEY_PATH);
    case LC_AUTH_METHOD_AGENT:
      return get_string (self, machine_id, KEY_FINGERPRINT);
    case LC_AUTH_METHOD_PASSWORD:
    case LC_AUTH_METHOD_STORED_KEY:
    default:
      return NULL;
    }
}

void
lc_profile_store_set_login (LcProfileStore *self,
                            const char *machine_id,
                            const char *login,
                            LcAuthMethod method,
                            const char *key)
{
  g_autofree char *group = group_of (machine_id);
  g_autoptr (GEnumClass) methods = g_type_class_ref (LC_TYPE_AUTH_METHOD);

  read_again (self);
  g_key_file_set_string (self->file, group, KEY_LOGIN, login);
  g_key_file_set_string (self->file, group, KEY_METHOD,
                         g_enum_get_value (methods, method)->value_nick);
  set_or_remove (self, group, KEY_KEY_PATH, method == LC_AUTH_METHOD_KEY_FILE ? key : NULL);
  set_or_remove (self, group, KEY_FINGERPRINT, method == LC_AUTH_METHOD_AGENT ? key : NULL);
  save (self);
}

guint16
lc_profile_store_get_local_port (LcProfileStore *self, const char *machine_id, const char *purpose)
{
  g_autofree char *key = g_strconcat (KEY_PORT, purpose, NULL);

  return get_number (self, machine_id, key, G_MAXUINT16);
}

void
lc_profile_store_set_local_port (LcProfileStore *self,
                                 const char *machine_id,
                                 const char *purpose,
                                 guint16 port)
{
  g_autofree char *group = group_of (machine_id);
  g_autofree char *key = g_strconcat (KEY_PORT, purpose, NULL);

  read_again (self);
  g_key_file_set_uint64 (self->file, group, key, port);
  save (self);
}

char *
lc_profile_store_dup_jump (LcProfileStore *self, const char *machine_id)
{
  return get_string (self, machine_id, KEY_JUMP);
}

void
lc_profile_store_set_jump (LcProfileStore *self, const char *machine_id, const char *jump)
{
  g_autofree char *before = lc_profile_store_dup_jump (self, machine_id);
  g_autofree char *group = group_of (machine_id);

  if (g_strcmp0 (before, jump) == 0)
    return;
  read_again (self);
  if (jump != NULL)
    g_key_file_set_string (self->file, group, KEY_JUMP, jump);
  else
    g_key_file_remove_key (self->file, group, KEY_JUMP, NULL);
  save (self);
}

guint
lc_profile_store_get_incarnation (LcProfileStore *self, const char *machine_id)
{
  read_again (self);
  return get_number (self, machine_id, KEY_RESETS, G_MAXINT);
}

void
lc_profile_store_count_reset (LcProfileStore *self, const char *machine_id)
{
  g_autofree char *group = group_of (machine_id);
  guint64 incarnation = lc_profile_store_get_incarnation (self, machine_id); /* replaces the file */

  g_key_file_set_uint64 (self->file, group, KEY_RESETS, incarnation + 1);
  save (self);
}
