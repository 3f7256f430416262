/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-disk-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/xattr.h>
#include <unistd.h>

#define GROUP      "machine"
#define KEY_DISK   "disk"   /* what the machine writes to */
#define KEY_LAYERS "layers" /* what lies under it, topmost first */
#define KEY_BASE   "base"   /* the layers that it was created with */
#define KEY_FROZEN "frozen" /* the layers of machines created from it */
#define KEY_BOOTED "booted"
#define KEY_PORT   "port"

/* Their paths have to fit into one page of mount options. */
#define MAX_LAYERS 150

struct _SbDiskStore
{
  char *folder;
  GHashTable *machines; /* name → GKeyFile */
  guint next_disk;
  int lock;
};

static gboolean
set_io_error (GError **error, const char *format, const char *path)
{
  int saved = errno;
  g_autofree char *what = g_strdup_printf (format, path);

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved), "%s: %s", what,
               g_strerror (saved));
  return FALSE;
}

static GKeyFile *
find (SbDiskStore *self, const char *name, GError **error)
{
  GKeyFile *machine = g_hash_table_lookup (self->machines, name);

  if (machine == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no machine “%s”", name);
  return machine;
}

static char *
machine_path (SbDiskStore *self, const char *name)
{
  return g_strdup_printf ("%s/machines/%s.ini", self->folder, name);
}

static GStrv
get_list (GKeyFile *machine, const char *key)
{
  GStrv list = g_key_file_get_string_list (machine, GROUP, key, NULL, NULL);

  return list != NULL ? list : g_new0 (char *, 1);
}

static void
set_list (GKeyFile *machine, const char *key, GStrv list)
{
  g_key_file_set_string_list (machine, GROUP, key, (const char *const *) list,
                              g_strv_length (list));
}

static GKeyFile *
copy_of (GKeyFile *machine)
{
  g_autofree char *text = g_key_file_to_data (machine, NULL, NULL);
  GKeyFile *copy = g_key_file_new ();

  g_key_file_load_from_data (copy, text, (gsize) -1, G_KEY_FILE_NONE, NULL);
  return copy;
}

/* Takes @machine; the table changes only when the file has. */
static gboolean
save (SbDiskStore *self, const char *name, GKeyFile *machine, GError **error)
{
  g_autoptr (GKeyFile) owned = machine;
  g_autofree char *path = machine_path (self, name);

  if (!g_key_file_save_to_file (machine, path, error))
    return FALSE;
  g_hash_table_replace (self->machines, g_strdup (name), g_steal_pointer (&owned));
  return TRUE;
}

static char *
make_disk (SbDiskStore *self, GError **error)
{
  static const char *const parts[] = { "upper", "work", "root" };
  g_autofree char *disk = g_strdup_printf ("disks/%u", self->next_disk++);

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, disk, parts[i], NULL);

      /* What stands for / in a machine is readable to its logins; "disks" itself is not to others.
       */
      if (g_mkdir_with_parents (path, 0755) < 0 || g_chmod (path, 0755) < 0)
        {
          set_io_error (error, "Cannot make the folder %s", path);
          return NULL;
        }
    }
  return g_steal_pointer (&disk);
}

static gboolean
is_used (SbDiskStore *self, const char *disk)
{
  static const char *const keys[] = { KEY_LAYERS, KEY_BASE, KEY_FROZEN };
  GHashTableIter iter;
  gpointer machine;

  g_hash_table_iter_init (&iter, self->machines);
  while (g_hash_table_iter_next (&iter, NULL, &machine))
    {
      g_autofree char *own = g_key_file_get_string (machine, GROUP, KEY_DISK, NULL);

      if (g_strcmp0 (own, disk) == 0)
        return TRUE;
      for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
        {
          g_auto (GStrv) list = get_list (machine, keys[i]);

          if (g_strv_contains ((const char *const *) list, disk))
            return TRUE;
        }
    }
  return FALSE;
}

/* Many files: a program of its own deletes them while the service goes on. */
static void
empty_trash (SbDiskStore *self)
{
  g_autofree char *trash = g_build_filename (self->folder, "trash", NULL);
  g_autoptr (GDir) dir = g_dir_open (trash, 0, NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_null_terminated (8, g_free, TRUE);
  g_autoptr (GSubprocess) rm = NULL;
  g_autoptr (GError) error = NULL;
  const char *entry;

  g_ptr_array_add (argv, g_strdup ("rm"));
  g_ptr_array_add (argv, g_strdup ("-rf"));
  g_ptr_array_add (argv, g_strdup ("--one-file-system"));
  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (argv, g_build_filename (trash, entry, NULL));
  if (argv->len == 3)
    return;
  rm = g_subprocess_newv ((const char *const *) argv->pdata, G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                          &error);
  if (rm == NULL)
    g_message ("Dropped disks stay in %s: %s", trash, error->message);
}

/* Numbers are not used twice, so a disk that is being deleted never has the name of a new one. */
static void
skip_numbers (SbDiskStore *self, const char *part)
{
  g_autofree char *path = g_build_filename (self->folder, part, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *entry;

  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    self->next_disk = MAX (self->next_disk, (guint) g_ascii_strtoull (entry, NULL, 10) + 1);
}

void
sb_disk_store_collect (SbDiskStore *self)
{
  g_autofree char *disks = g_build_filename (self->folder, "disks", NULL);
  g_autoptr (GDir) dir = g_dir_open (disks, 0, NULL);
  const char *entry;

  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *disk = g_strdup_printf ("disks/%s", entry);
      g_autofree char *from = g_build_filename (disks, entry, NULL);
      g_autofree char *to = g_build_filename (self->folder, "trash", entry, NULL);

      if (!is_used (self, disk) && g_rename (from, to) < 0)
        g_message ("The dropped disk %s stays: %s", from, g_strerror (errno));
    }
  empty_trash (self);
}

static gboolean
load (SbDiskStore *self, GError **error)
{
  g_autofree char *machines = g_build_filename (self->folder, "machines", NULL);
  g_autoptr (GDir) dir = g_dir_open (machines, 0, error);
  const char *entry;

  if (dir == NULL)
    return FALSE;
  while ((entry = g_dir_read_name (dir)) != NULL)
    {
      g_autoptr (GKeyFile) machine = g_key_file_new ();
      g_autofree char *path = g_build_filename (machines, entry, NULL);

      if (!g_str_has_suffix (entry, ".ini"))
        continue;
      if (!g_key_file_load_from_file (machine, path, G_KEY_FILE_NONE, error))
        {
          g_prefix_error (error, "%s cannot be read: ", path);
          return FALSE;
        }
      g_hash_table_replace (self->machines, g_strndup (entry, strlen (entry) - strlen (".ini")),
                            g_steal_pointer (&machine));
    }
  return TRUE;
}

static gboolean
take_folder (SbDiskStore *self, GError **error)
{
  static const char *const parts[] = { "machines", "disks", "trash" };
  g_autofree char *lock = g_build_filename (self->folder, "lock", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, parts[i], NULL);

      if (g_mkdir_with_parents (path, 0700) < 0)
        return set_io_error (error, "Cannot make the folder %s", path);
    }
  self->lock = g_open (lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->lock < 0)
    return set_io_error (error, "Cannot open %s", lock);
  if (flock (self->lock, LOCK_EX | LOCK_NB) < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                   "Another local lab uses %s: stop it, or choose another folder with --state",
                   self->folder);
      return FALSE;
    }
  return TRUE;
}

/* Where they are missing an overlay mounts, and fails later at folders that replace others. */
static gboolean
check_attributes (SbDiskStore *self, GError **error)
{
  static const char name[] = "user.labconnect";
  g_autofree char *disks = g_build_filename (self->folder, "disks", NULL);

  if (setxattr (disks, name, "", 0, 0) == 0)
    {
      removexattr (disks, name);
      return TRUE;
    }
  if (errno != ENOTSUP)
    return set_io_error (error, "Cannot write to %s", disks);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               "The file system of %s keeps no user attributes (as a tmpfs before Linux 6.6): "
               "choose a folder on a disk with --state",
               self->folder);
  return FALSE;
}

SbDiskStore *
sb_disk_store_open (const char *state_dir, GError **error)
{
  g_autoptr (SbDiskStore) self = g_new0 (SbDiskStore, 1);

  self->folder = g_canonicalize_filename (state_dir, NULL);
  self->machines =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_key_file_unref);
  self->next_disk = 1;
  self->lock = -1;
  if (!take_folder (self, error) || !check_attributes (self, error) || !load (self, error))
    return NULL;
  skip_numbers (self, "disks");
  skip_numbers (self, "trash");
  sb_disk_store_collect (self);
  return g_steal_pointer (&self);
}

void
sb_disk_store_free (SbDiskStore *self)
{
  g_hash_table_unref (self->machines);
  g_free (self->folder);
  if (self->lock >= 0)
    close (self->lock);
  g_free (self);
}

char *
sb_disk_store_make_scratch (SbDiskStore *self, GError **error)
{
  return make_disk (self, error);
}

const char *
sb_disk_store_get_folder (SbDiskStore *self)
{
  return self->folder;
}

gboolean
sb_disk_store_has (SbDiskStore *self, const char *name)
{
  return g_hash_table_contains (self->machines, name);
}

gboolean
sb_disk_store_create (SbDiskStore *self,
                      const char *name,
                      const char *template_name,
                      guint16 port,
                      GError **error)
{
  g_autoptr (GKeyFile) machine = g_key_file_new ();
  g_auto (GStrv) layers = g_new0 (char *, 1);
  g_autofree char *disk = NULL;

  if (template_name != NULL)
    {
      GKeyFile *template = find (self, template_name, error);

      if (template == NULL)
        return FALSE;
      if (!g_key_file_has_key (template, GROUP, KEY_FROZEN, NULL))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                       "The machine “%s” has not been published", template_name);
          return FALSE;
        }
      g_clear_pointer (&layers, g_strfreev);
      layers = get_list (template, KEY_FROZEN);
    }
  disk = make_disk (self, error);
  if (disk == NULL)
    return FALSE;
  g_key_file_set_string (machine, GROUP, KEY_DISK, disk);
  set_list (machine, KEY_LAYERS, layers);
  set_list (machine, KEY_BASE, layers);
  g_key_file_set_integer (machine, GROUP, KEY_PORT, port);
  return save (self, name, g_steal_pointer (&machine), error);
}

gboolean
sb_disk_store_remove (SbDiskStore *self, const char *name, GError **error)
{
  g_autofree char *path = machine_path (self, name);

  if (find (self, name, error) == NULL)
    return FALSE;
  if (g_unlink (path) < 0 && errno != ENOENT)
    return set_io_error (error, "Cannot remove %s", path);
  g_hash_table_remove (self->machines, name);
  sb_disk_store_collect (self);
  return TRUE;
}

gboolean
sb_disk_store_reimage (SbDiskStore *self, const char *name, GError **error)
{
  GKeyFile *machine = find (self, name, error);
  g_autofree char *disk = machine != NULL ? make_disk (self, error) : NULL;
  g_autoptr (GKeyFile) changed = NULL;
  g_auto (GStrv) base = NULL;

  if (disk == NULL)
    return FALSE;
  changed = copy_of (machine);
  base = get_list (changed, KEY_BASE);
  g_key_file_set_string (changed, GROUP, KEY_DISK, disk);
  set_list (changed, KEY_LAYERS, base);
  g_key_file_set_boolean (changed, GROUP, KEY_BOOTED, FALSE);
  if (!save (self, name, g_steal_pointer (&changed), error))
    return FALSE;
  sb_disk_store_collect (self);
  return TRUE;
}

/* Puts the disk of @machine on top of the layers under it, and an empty one in its place. */
static gboolean
stack_disk (SbDiskStore *self, GKeyFile *machine, GError **error)
{
  g_autofree char *disk = make_disk (self, error);
  g_auto (GStrv) old = get_list (machine, KEY_LAYERS);
  g_auto (GStrv) layers = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (disk == NULL)
    return FALSE;
  g_strv_builder_take (builder, g_key_file_get_string (machine, GROUP, KEY_DISK, NULL));
  g_strv_builder_addv (builder, (const char **) old);
  layers = g_strv_builder_end (builder);
  g_key_file_set_string (machine, GROUP, KEY_DISK, disk);
  set_list (machine, KEY_LAYERS, layers);
  return TRUE;
}

gboolean
sb_disk_store_freeze (SbDiskStore *self, const char *name, GError **error)
{
  GKeyFile *machine = find (self, name, error);
  g_autoptr (GKeyFile) changed = machine != NULL ? copy_of (machine) : NULL;
  g_auto (GStrv) layers = NULL;

  if (machine == NULL)
    return FALSE;
  layers = get_list (changed, KEY_LAYERS);
  if (g_strv_length (layers) >= MAX_LAYERS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                   "The machine “%s” has been published %d times: reimage it first", name,
                   MAX_LAYERS);
      return FALSE;
    }
  /* What has never been booted has nothing of its own to give. */
  if (!sb_disk_store_is_fresh (self, name) && !stack_disk (self, changed, error))
    return FALSE;
  g_strfreev (layers);
  layers = get_list (changed, KEY_LAYERS);
  set_list (changed, KEY_FROZEN, layers);
  if (!save (self, name, g_steal_pointer (&changed), error))
    return FALSE;
  sb_disk_store_collect (self);
  return TRUE;
}

char *
sb_disk_store_dup_disk (SbDiskStore *self, const char *name)
{
  GKeyFile *machine = find (self, name, NULL);

  return machine != NULL ? g_key_file_get_string (machine, GROUP, KEY_DISK, NULL) : NULL;
}

GStrv
sb_disk_store_dup_layers (SbDiskStore *self, const char *name)
{
  GKeyFile *machine = find (self, name, NULL);

  return machine != NULL ? get_list (machine, KEY_LAYERS) : NULL;
}

static gboolean
is_empty (SbDiskStore *self, const char *disk)
{
  g_autofree char *path = g_build_filename (self->folder, disk, "upper", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  return dir != NULL && g_dir_read_name (dir) == NULL;
}

gboolean
sb_disk_store_prepare (SbDiskStore *self, const char *name, GError **error)
{
  g_autofree char *old = sb_disk_store_dup_disk (self, name);
  g_autofree char *disk = NULL;
  g_autoptr (GKeyFile) changed = NULL;

  if (!sb_disk_store_is_fresh (self, name) || is_empty (self, old))
    return TRUE;
  disk = make_disk (self, error);
  if (disk == NULL)
    return FALSE;
  changed = copy_of (find (self, name, NULL));
  g_key_file_set_string (changed, GROUP, KEY_DISK, disk);
  if (!save (self, name, g_steal_pointer (&changed), error))
    return FALSE;
  sb_disk_store_collect (self);
  return TRUE;
}

gboolean
sb_disk_store_is_fresh (SbDiskStore *self, const char *name)
{
  GKeyFile *machine = find (self, name, NULL);

  return machine != NULL && !g_key_file_get_boolean (machine, GROUP, KEY_BOOTED, NULL);
}

gboolean
sb_disk_store_set_booted (SbDiskStore *self, const char *name, GError **error)
{
  GKeyFile *machine = find (self, name, error);
  g_autoptr (GKeyFile) changed = NULL;

  if (machine == NULL)
    return FALSE;
  changed = copy_of (machine);
  g_key_file_set_boolean (changed, GROUP, KEY_BOOTED, TRUE);
  return save (self, name, g_steal_pointer (&changed), error);
}

guint16
sb_disk_store_get_port (SbDiskStore *self, const char *name)
{
  GKeyFile *machine = find (self, name, NULL);

  return machine != NULL ? (guint16) g_key_file_get_integer (machine, GROUP, KEY_PORT, NULL) : 0;
}

gboolean
sb_disk_store_set_port (SbDiskStore *self, const char *name, guint16 port, GError **error)
{
  GKeyFile *machine = find (self, name, error);
  g_autoptr (GKeyFile) changed = NULL;

  if (machine == NULL)
    return FALSE;
  changed = copy_of (machine);
  g_key_file_set_integer (changed, GROUP, KEY_PORT, port);
  return save (self, name, g_steal_pointer (&changed), error);
}

gboolean
sb_disk_store_has_port (SbDiskStore *self, guint16 port)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, self->machines);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (sb_disk_store_get_port (self, name) == port)
      return TRUE;
  return FALSE;
}
