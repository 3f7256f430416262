/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-key-info.h"

#include <string.h>
#include <sys/stat.h>

#include "lc-printable.h"
#include "lc-ssh-agent.h"
#include "lc-ssh-key-file.h"
#include "lc-ssh-wire.h"

/* A folder with more files than this is no ~/.ssh. */
#define MOST_FILES    500
#define OPENSSH_MAGIC "openssh-key-v1" /* and its NUL */

/* What people, and ssh-keygen(1), call an algorithm. */
static const char *
kind_of (const char *algorithm)
{
  if (g_str_has_prefix (algorithm, "ssh-ed25519") || g_str_has_prefix (algorithm, "sk-ssh-ed25519"))
    return "ED25519";
  if (g_str_has_prefix (algorithm, "ssh-rsa"))
    return "RSA";
  if (strstr (algorithm, "ecdsa") != NULL)
    return "ECDSA";
  if (g_str_has_prefix (algorithm, "ssh-dss"))
    return "DSA";
  return algorithm;
}

static GBytes *
decode (const char *text, gsize length)
{
  g_autofree char *copy = g_strndup (text, length);
  gsize size = 0;
  guchar *bytes = g_base64_decode (copy, &size);

  return g_bytes_new_take (bytes, size);
}

/* The public half in the clear, of a file in OpenSSH's own format (PROTOCOL.key in its sources).
 * Returns: (nullable) (transfer full) */
static GBytes *
read_public_part (const char *private_key, gsize length)
{
  static const char begin[] = "-----BEGIN OPENSSH PRIVATE KEY-----";
  const char *start = g_strstr_len (private_key, length, begin);
  const char *end;
  g_autoptr (GBytes) body = NULL;
  LcSshWire wire;
  gsize size;
  const guchar *blob;

  if (start == NULL)
    return NULL;
  start += sizeof begin - 1;
  end = g_strstr_len (start, length - (start - private_key), "-----END OPENSSH PRIVATE KEY-----");
  if (end == NULL)
    return NULL;
  body = decode (start, end - start);
  wire = (LcSshWire) LC_SSH_WIRE_INIT (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  if (wire.length < sizeof OPENSSH_MAGIC ||
      memcmp (wire.data, OPENSSH_MAGIC, sizeof OPENSSH_MAGIC) != 0)
    return NULL;
  wire.data += sizeof OPENSSH_MAGIC;
  wire.length -= sizeof OPENSSH_MAGIC;
  for (guint i = 0; i < 3; i++) /* cipher, key derivation, its options */
    lc_ssh_wire_get_string (&wire, &size);
  lc_ssh_wire_get_uint32 (&wire);
  blob = lc_ssh_wire_get_string (&wire, &size);
  return wire.bad || size == 0 ? NULL : g_bytes_new (blob, size);
}

/* "ssh-ed25519 AAAA… comment". Returns: (nullable) (transfer full): the key itself */
static GBytes *
read_public_line (const char *line, char **comment)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  g_autoptr (GBytes) blob = NULL;
  g_autofree char *algorithm = NULL;

  if (g_strv_length (words) < 2)
    return NULL;
  blob = decode (words[1], strlen (words[1]));
  algorithm = lc_ssh_agent_dup_algorithm (blob);
  if (!g_str_equal (algorithm, words[0]))
    return NULL;
  if (words[2] != NULL)
    *comment = g_strstrip (lc_dup_printable_line (words[2]));
  return g_steal_pointer (&blob);
}

LcKey *
lc_ssh_key_info_parse (const char *path,
                       const char *private_key,
                       gsize length,
                       const char *public_line)
{
  LcSshKeyFileKind kind = lc_ssh_key_file_inspect (private_key, length);
  g_autofree char *comment = NULL;
  g_autofree char *algorithm = NULL;
  g_autofree char *fingerprint = NULL;
  g_autoptr (GBytes) blob = NULL;

  if (kind == LC_SSH_KEY_FILE_NONE)
    return NULL;
  /* What is in the file itself counts: the other one may be of another key. */
  blob = read_public_part (private_key, length);
  if (public_line != NULL)
    {
      g_autoptr (GBytes) beside = read_public_line (public_line, &comment);

      if (blob == NULL)
        blob = g_steal_pointer (&beside);
      else if (beside == NULL || !g_bytes_equal (blob, beside))
        g_clear_pointer (&comment, g_free);
    }
  if (blob != NULL)
    {
      algorithm = lc_ssh_agent_dup_algorithm (blob);
      fingerprint = lc_ssh_agent_dup_fingerprint (blob);
    }
  else
    algorithm = g_strdup (g_strstr_len (private_key, length, "BEGIN RSA") != NULL  ? "RSA"
                          : g_strstr_len (private_key, length, "BEGIN EC") != NULL ? "ECDSA"
                                                                                   : "PKCS #8");
  return lc_key_new (LC_AUTH_METHOD_KEY_FILE, path, kind_of (algorithm), comment, fingerprint,
                     kind == LC_SSH_KEY_FILE_ENCRYPTED);
}

static int
compare_names (gconstpointer one, gconstpointer other)
{
  return strcmp (*(const char *const *) one, *(const char *const *) other);
}

static GPtrArray *
list_names (const char *folder)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && names->len < MOST_FILES && (name = g_dir_read_name (dir)) != NULL)
    if (!g_str_has_suffix (name, ".pub"))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

void
lc_ssh_key_info_read_folder (const char *folder, GPtrArray *keys)
{
  g_autoptr (GPtrArray) names = list_names (folder);

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);
      g_autofree char *public_path = g_strconcat (path, ".pub", NULL);
      LcSshKeyFileKind kind;
      g_autoptr (LcSecret) secret = NULL;
      g_autofree char *line = NULL;
      struct stat status;
      LcKey *key;

      /* Not a socket of ssh's, and no device. */
      if (stat (path, &status) != 0 || !S_ISREG (status.st_mode))
        continue;
      secret = lc_ssh_key_file_load (path, &kind, NULL);
      if (secret == NULL)
        continue;
      line = lc_ssh_key_file_dup_line (public_path);
      key = lc_ssh_key_info_parse (path, lc_secret_peek (secret), lc_secret_get_length (secret),
                                   line);
      if (key != NULL)
        g_ptr_array_add (keys, key);
    }
}

void
lc_ssh_key_info_read_agent (GPtrArray *keys)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LcSshAgent) agent = NULL;
  g_autoptr (GPtrArray) found = NULL;

  if (!lc_ssh_agent_is_there ())
    return;
  agent = lc_ssh_agent_connect (NULL, &error);
  found = agent != NULL ? lc_ssh_agent_list (agent, &error) : NULL;
  if (found == NULL)
    g_message ("The keys of the SSH agent are not listed: %s", error->message);
  for (guint i = 0; found != NULL && i < found->len; i++)
    {
      const LcSshAgentKey *key = found->pdata[i];
      g_autofree char *algorithm = lc_ssh_agent_dup_algorithm (key->blob);
      g_autofree char *fingerprint = lc_ssh_agent_dup_fingerprint (key->blob);

      g_ptr_array_add (keys, lc_key_new (LC_AUTH_METHOD_AGENT, NULL, kind_of (algorithm),
                                         key->comment, fingerprint, FALSE));
    }
}
