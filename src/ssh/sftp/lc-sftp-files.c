/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-sftp-job.h"

#include <string.h>
#include <sys/stat.h>

#include "lc-sftp-names.h"
#include "lc-sftp.h"

/* No folder has as many; a server that never ends would fill the memory. */
#define ENTRIES_LIMIT (1000 * 1000)

/* A disk with less than that is full: one write is 32 KiB. */
#define SPACE_LIMIT (64 * 1024)

static gboolean
ask_status (LcSftpWire *wire, GByteArray *packet, GError **error)
{
  LcSftpReply reply;

  return lc_sftp_wire_ask (wire, packet, LC_SFTP_STATUS, &reply, error);
}

static gboolean
ask_path (LcSftpWire *wire, LcSftpType type, const char *path, GError **error)
{
  return ask_status (wire, lc_sftp_wire_begin_path (wire, type, path), error);
}

static gboolean
ask_two_paths (LcSftpWire *wire, const char *from, const char *to, GError **error)
{
  GByteArray *packet =
      lc_sftp_wire_begin (wire, wire->renames_over ? LC_SFTP_EXTENDED : LC_SFTP_RENAME);

  if (wire->renames_over)
    lc_sftp_packet_string (packet, "posix-rename@openssh.com");
  lc_sftp_packet_string (packet, from);
  lc_sftp_packet_string (packet, to);
  return ask_status (wire, packet, error);
}

/* 0 when it cannot be known. */
static guint32
mode_of (LcSftpWire *wire, const char *path, gboolean links)
{
  LcSftpAttributes attributes;

  return lc_sftp_ask_attributes (wire, path, links, &attributes, NULL) ? attributes.mode : 0;
}

static void
take_conflict (GError **error, const char *text)
{
  g_clear_error (error);
  g_propagate_error (error, lc_error_new (LC_ERROR_CONFLICT, "%s", text));
}

static gboolean
resolve_true (GValue *value)
{
  g_value_init (value, G_TYPE_BOOLEAN);
  g_value_set_boolean (value, TRUE);
  return TRUE;
}

static gboolean
is_full (LcSftpWire *wire, const char *path)
{
  GByteArray *packet;
  LcSftpReply reply;
  guint64 unit;
  guint64 free_units;
  guint64 files;
  guint64 free_files;

  if (!wire->tells_space)
    return FALSE;
  packet = lc_sftp_wire_begin (wire, LC_SFTP_EXTENDED);
  lc_sftp_packet_string (packet, "statvfs@openssh.com");
  lc_sftp_packet_string (packet, path);
  if (!lc_sftp_wire_ask (wire, packet, LC_SFTP_EXTENDED_REPLY, &reply, NULL))
    return FALSE;
  lc_ssh_wire_get_uint64 (&reply.body);
  unit = lc_ssh_wire_get_uint64 (&reply.body);
  lc_ssh_wire_get_uint64 (&reply.body); /* of units */
  lc_ssh_wire_get_uint64 (&reply.body); /* free, but not for everybody */
  free_units = lc_ssh_wire_get_uint64 (&reply.body);
  files = lc_ssh_wire_get_uint64 (&reply.body);
  lc_ssh_wire_get_uint64 (&reply.body);
  free_files = lc_ssh_wire_get_uint64 (&reply.body);
  if (reply.body.bad || unit == 0)
    return FALSE;
  return free_units < (SPACE_LIMIT + unit - 1) / unit || (files > 0 && free_files == 0);
}

/* Until the end. @names: (element-type LcSftpEntry) */
static gboolean
read_folder (LcSftpWire *wire, LcSftpJob *job, GBytes *handle, GPtrArray *names, GError **error)
{
  for (;;)
    {
      LcSftpReply reply;
      gboolean end = FALSE;
      guint32 id;

      if (!lc_sftp_job_go_on (job, error) ||
          !lc_sftp_wire_send (wire, lc_sftp_wire_begin_handle (wire, LC_SFTP_READDIR, handle),
                              error))
        return FALSE;
      id = wire->last_id;
      do
        if (!lc_sftp_wire_receive (wire, &reply, error))
          return FALSE;
      while (reply.id != id);
      if (reply.type == LC_SFTP_STATUS)
        {
          g_autoptr (GError) problem = lc_sftp_reply_status (&reply, &end);

          if (!end)
            g_propagate_error (error, problem != NULL ? g_steal_pointer (&problem)
                                                      : lc_sftp_wire_nonsense (wire));
          return end;
        }
      if (reply.type != LC_SFTP_NAME || !lc_sftp_names_read (&reply.body, names) ||
          names->len > ENTRIES_LIMIT)
        {
          g_propagate_error (error, lc_sftp_wire_nonsense (wire));
          return FALSE;
        }
    }
}

static GPtrArray *
list (LcSftpWire *wire, LcSftpJob *job, GError **error)
{
  g_autoptr (GPtrArray) names =
      g_ptr_array_new_with_free_func ((GDestroyNotify) lc_sftp_entry_free);
  g_autoptr (GBytes) handle =
      lc_sftp_ask_handle (wire, lc_sftp_wire_begin_path (wire, LC_SFTP_OPENDIR, job->path), error);
  gboolean done;

  if (handle == NULL)
    return NULL;
  done = read_folder (wire, job, handle, names, error);
  lc_sftp_ask_close (wire, handle, NULL);
  return done ? g_steal_pointer (&names) : NULL;
}

gboolean
lc_sftp_ask_attributes (LcSftpWire *wire,
                        const char *path,
                        gboolean links,
                        LcSftpAttributes *attributes,
                        GError **error)
{
  LcSftpReply reply;

  if (!lc_sftp_wire_ask (wire,
                         lc_sftp_wire_begin_path (wire, links ? LC_SFTP_STAT : LC_SFTP_LSTAT, path),
                         LC_SFTP_ATTRS, &reply, error))
    return FALSE;
  lc_sftp_packet_read_attributes (&reply.body, attributes);
  if (reply.body.bad)
    g_propagate_error (error, lc_sftp_wire_nonsense (wire));
  return !reply.body.bad;
}

char *
lc_sftp_ask_real_path (LcSftpWire *wire, const char *path, GError **error)
{
  g_autofree char *answer = NULL;
  LcSftpReply reply;

  if (!lc_sftp_wire_ask (wire, lc_sftp_wire_begin_path (wire, LC_SFTP_REALPATH, path), LC_SFTP_NAME,
                         &reply, error))
    return NULL;
  if (lc_ssh_wire_get_uint32 (&reply.body) == 1)
    answer = lc_sftp_packet_dup_text (&reply.body);
  if (answer == NULL || reply.body.bad || answer[0] != '/')
    {
      g_propagate_error (error, lc_sftp_wire_nonsense (wire));
      return NULL;
    }
  return g_steal_pointer (&answer);
}

GBytes *
lc_sftp_ask_handle (LcSftpWire *wire, GByteArray *packet, GError **error)
{
  LcSftpReply reply;
  const guint8 *handle;
  gsize length;

  if (!lc_sftp_wire_ask (wire, packet, LC_SFTP_HANDLE, &reply, error))
    return NULL;
  handle = lc_ssh_wire_get_string (&reply.body, &length);
  if (reply.body.bad || length > 256)
    {
      g_propagate_error (error, lc_sftp_wire_nonsense (wire));
      return NULL;
    }
  return g_bytes_new (handle, length);
}

gboolean
lc_sftp_ask_close (LcSftpWire *wire, GBytes *handle, GError **error)
{
  return ask_status (wire, lc_sftp_wire_begin_handle (wire, LC_SFTP_CLOSE, handle), error);
}

gboolean
lc_sftp_ask_rename (LcSftpWire *wire, const char *from, const char *to, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (ask_two_paths (wire, from, to, &problem))
    return TRUE;
  /* Version 3 does not replace: for a moment there is none. */
  if (!wire->renames_over && S_ISREG (mode_of (wire, to, FALSE)) &&
      mode_of (wire, from, FALSE) != 0)
    return ask_path (wire, LC_SFTP_REMOVE, to, error) && ask_two_paths (wire, from, to, error);
  if (lc_sftp_is_vague (problem) && S_ISDIR (mode_of (wire, to, TRUE)))
    take_conflict (&problem, "There is a folder with this name on the machine");
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

GError *
lc_sftp_look_for_space (LcSftpWire *wire, const char *path, GError *error)
{
  if (!lc_sftp_is_vague (error) || !is_full (wire, path))
    return error;
  g_error_free (error);
  return lc_sftp_no_space_error ();
}

gboolean
lc_sftp_do_greet (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error)
{
  return lc_sftp_wire_greet (wire, error) && resolve_true (value);
}

gboolean
lc_sftp_do_real_path (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error)
{
  char *path = lc_sftp_ask_real_path (wire, job->path, error);

  if (path == NULL)
    return FALSE;
  g_value_init (value, G_TYPE_STRING);
  g_value_take_string (value, path);
  return TRUE;
}

gboolean
lc_sftp_do_stat (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error)
{
  LcSftpAttributes attributes;
  LcSftpEntry *entry;

  if (!lc_sftp_ask_attributes (wire, job->path, TRUE, &attributes, error))
    return FALSE;
  entry = g_new0 (LcSftpEntry, 1);
  entry->name = g_path_get_basename (job->path);
  entry->mode = attributes.mode;
  entry->size = attributes.size;
  entry->modified_at = attributes.modified_at;
  g_value_init (value, LC_TYPE_SFTP_ENTRY);
  g_value_take_boxed (value, entry);
  return TRUE;
}

gboolean
lc_sftp_do_list (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error)
{
  g_autoptr (GError) problem = NULL;
  GPtrArray *names = list (wire, job, &problem);

  if (names == NULL)
    {
      guint32 mode = mode_of (wire, job->path, TRUE);

      /* OpenSSH says "no such file" to that. */
      if (mode != 0 && !S_ISDIR (mode))
        take_conflict (&problem, "It is not a folder");
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  g_value_init (value, G_TYPE_PTR_ARRAY);
  g_value_take_boxed (value, names);
  return TRUE;
}

gboolean
lc_sftp_do_make_folder (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error)
{
  GByteArray *packet = lc_sftp_wire_begin_path (wire, LC_SFTP_MKDIR, job->path);
  g_autofree char *parent = g_path_get_dirname (job->path);
  g_autoptr (GError) problem = NULL;

  lc_sftp_packet_mode (packet, job->mode);
  if (ask_status (wire, packet, &problem))
    return resolve_true (value);
  if (lc_sftp_is_vague (problem) && mode_of (wire, job->path, FALSE) != 0)
    take_conflict (&problem, "There is something with this name already");
  g_propagate_error (error, lc_sftp_look_for_space (wire, parent, g_steal_pointer (&problem)));
  return FALSE;
}

gboolean
lc_sftp_do_remove (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (ask_path (wire, LC_SFTP_REMOVE, job->path, &problem))
    return resolve_true (value);
  /* Some systems say "permission denied" to that (unlink(2)). */
  if (S_ISDIR (mode_of (wire, job->path, FALSE)))
    take_conflict (&problem, "It is a folder");
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
lc_sftp_do_remove_folder (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GPtrArray) names = NULL;
  guint32 mode;

  if (ask_path (wire, LC_SFTP_RMDIR, job->path, &problem))
    return resolve_true (value);
  mode = mode_of (wire, job->path, FALSE);
  if (mode != 0 && !S_ISDIR (mode))
    take_conflict (&problem, "It is not a folder");
  else if (lc_sftp_is_vague (problem) && (names = list (wire, job, NULL)) != NULL && names->len > 0)
    take_conflict (&problem, "The folder is not empty");
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

gboolean
lc_sftp_do_rename (LcSftpWire *wire, LcSftpJob *job, GValue *value, GError **error)
{
  return lc_sftp_ask_rename (wire, job->path, job->to, error) && resolve_true (value);
}
