/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-key-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lc-ssh-auth.h"

/* The largest RSA key that OpenSSH makes, with a long comment, is a fifth of this. */
#define LARGEST_KEY_FILE (64 * 1024)

#define OPENSSH_BEGIN    "-----BEGIN OPENSSH PRIVATE KEY-----"
#define OPENSSH_MAGIC    "openssh-key-v1" /* and its NUL */

/* The name of the cipher follows the magic; "none" is no encryption. */
static LcSshKeyFileKind
inspect_openssh (const char *body, gsize length)
{
  static const char none[] = OPENSSH_MAGIC "\0\0\0\0\4none";
  guchar decoded[64];
  gint state = 0;
  guint save = 0;
  gsize n;

  /* As many bytes of text as decode to no more than what is looked at. */
  n = g_base64_decode_step (body, MIN (length, sizeof decoded), decoded, &state, &save);
  if (n < sizeof none - 1 || memcmp (decoded, OPENSSH_MAGIC, sizeof OPENSSH_MAGIC) != 0)
    return LC_SSH_KEY_FILE_NONE;
  return memcmp (decoded, none, sizeof none - 1) == 0 ? LC_SSH_KEY_FILE_PLAIN
                                                      : LC_SSH_KEY_FILE_ENCRYPTED;
}

LcSshKeyFileKind
lc_ssh_key_file_inspect (const char *data, gsize length)
{
  const char *begin = g_strstr_len (data, length, "-----BEGIN ");
  const char *line_end;
  const char *rest;
  gsize left;
  g_autofree char *label = NULL;

  if (begin == NULL)
    return LC_SSH_KEY_FILE_NONE;
  left = length - (begin - data);
  line_end = memchr (begin, '\n', left);
  if (line_end == NULL)
    return LC_SSH_KEY_FILE_NONE;
  label = g_strchomp (g_strndup (begin, line_end - begin));
  rest = line_end + 1;
  left -= rest - begin;

  if (g_str_equal (label, OPENSSH_BEGIN))
    return inspect_openssh (rest, left);
  if (g_str_equal (label, "-----BEGIN ENCRYPTED PRIVATE KEY-----"))
    return LC_SSH_KEY_FILE_ENCRYPTED;
  if (g_str_equal (label, "-----BEGIN PRIVATE KEY-----"))
    return LC_SSH_KEY_FILE_PLAIN;
  if (g_str_equal (label, "-----BEGIN RSA PRIVATE KEY-----") ||
      g_str_equal (label, "-----BEGIN EC PRIVATE KEY-----"))
    return g_strstr_len (rest, MIN (left, 256), "Proc-Type: 4,ENCRYPTED") != NULL
               ? LC_SSH_KEY_FILE_ENCRYPTED
               : LC_SSH_KEY_FILE_PLAIN;
  return LC_SSH_KEY_FILE_NONE;
}

/* Never waits, whatever is at @path. Returns: (transfer full): what is in the file, up to the
 * largest that a key can have; %NULL with errno set */
static LcSecret *
read_file (const char *path)
{
  char *text = g_malloc0 (LARGEST_KEY_FILE + 1);
  LcSecret *secret = NULL;
  gsize length = 0;
  gssize n = 0;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  int problem = errno;

  while (fd >= 0 && length < LARGEST_KEY_FILE &&
         (n = read (fd, text + length, LARGEST_KEY_FILE - length)) > 0)
    length += n;
  if (n < 0)
    problem = errno;
  if (fd >= 0)
    close (fd);
  if (fd >= 0 && n >= 0)
    secret = lc_secret_new_for_data (text, length);
  explicit_bzero (text, length);
  g_free (text);
  errno = problem;
  return secret;
}

LcSecret *
lc_ssh_key_file_load (const char *path, LcSshKeyFileKind *kind, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);
  g_autoptr (LcSecret) secret = read_file (path);

  if (secret == NULL)
    {
      g_propagate_error (error, lc_ssh_auth_error ("key-file", "Cannot read the key file %s: %s",
                                                   name, g_strerror (errno)));
      return NULL;
    }
  *kind = lc_ssh_key_file_inspect (lc_secret_peek (secret), lc_secret_get_length (secret));
  if (*kind == LC_SSH_KEY_FILE_NONE)
    {
      g_propagate_error (error,
                         lc_ssh_auth_error ("key-file", "%s is not a private key file", name));
      return NULL;
    }
  return g_steal_pointer (&secret);
}

char *
lc_ssh_key_file_dup_line (const char *path)
{
  g_autoptr (LcSecret) text = read_file (path);

  return text != NULL ? g_strndup (lc_secret_peek (text), strcspn (lc_secret_peek (text), "\r\n"))
                      : NULL;
}

char *
lc_ssh_key_file_dup_certificate (const char *path)
{
  g_autofree char *certificate_path = g_strconcat (path, "-cert.pub", NULL);
  g_autofree char *line = lc_ssh_key_file_dup_line (certificate_path);
  g_auto (GStrv) words = NULL;

  if (line == NULL)
    return NULL;
  words = g_strsplit_set (line, " \t", 3);
  if (g_strv_length (words) < 2 || !g_str_has_suffix (words[0], "-cert-v01@openssh.com"))
    return NULL;
  return g_strconcat (words[0], " ", words[1], NULL);
}
