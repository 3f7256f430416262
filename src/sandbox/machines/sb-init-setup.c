/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-init.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <pwd.h>
#include <shadow.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a machine does not take over from the template whose published layers it stands on. */
static const char *const private_files[] = {
  "/etc/ssh/ssh_host_*",
  "/etc/machine-id",
  "/etc/shadow-",
  "/root/.bash_history",
  "/home/*/.bash_history",
  "/home/*/.python_history",
  "/home/*/.local/share/jupyter/runtime/*",
  "/home/*/.local/share/jupyter/*cookie_secret",
  "/var/log/sshd.log",
  "/var/log/btmp",
  "/var/log/wtmp",
  "/var/log/lastlog",
};

static void
write_file (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
  size_t length = strlen (text);

  if (fd < 0 || write (fd, text, length) != (ssize_t) length || close (fd) < 0)
    sb_init_fail (path);
}

static void
remove_private_files (void)
{
  for (size_t i = 0; i < sizeof private_files / sizeof *private_files; i++)
    {
      glob_t found;

      if (glob (private_files[i], GLOB_NOSORT, NULL, &found) == 0)
        {
          for (size_t j = 0; j < found.gl_pathc; j++)
            if (unlink (found.gl_pathv[j]) < 0 && errno != ENOENT && errno != EISDIR)
              sb_init_fail (found.gl_pathv[j]);
          globfree (&found);
        }
    }
}

/* Takes the password of every login away; a login without one can still have keys. */
static void
lock_passwords (void)
{
  FILE *in = fopen ("/etc/shadow", "re");
  int fd = open ("/etc/shadow.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  FILE *out = fd < 0 ? NULL : fdopen (fd, "w");
  struct spwd *entry;
  struct stat info;
  char star[] = "*";

  if (in == NULL || out == NULL || fstat (fileno (in), &info) < 0)
    sb_init_fail ("/etc/shadow");
  while ((entry = fgetspent (in)) != NULL)
    {
      if (entry->sp_pwdp[0] == '$')
        entry->sp_pwdp = star;
      if (putspent (entry, out) < 0)
        sb_init_fail ("/etc/shadow");
    }
  fclose (in);
  if (fflush (out) != 0 || fchown (fd, info.st_uid, info.st_gid) < 0 ||
      fchmod (fd, info.st_mode & 07777) < 0 || fclose (out) != 0 ||
      rename ("/etc/shadow.new", "/etc/shadow") < 0)
    sb_init_fail ("/etc/shadow");
}

static void
make_machine_id (void)
{
  struct stat info;
  unsigned char bytes[16];
  char text[34];

  if (stat ("/etc/machine-id", &info) == 0 && info.st_size > 1)
    return;
  if (getrandom (bytes, sizeof bytes, 0) != sizeof bytes)
    sb_init_fail ("/etc/machine-id");
  for (size_t i = 0; i < sizeof bytes; i++)
    snprintf (text + 2 * i, 3, "%02x", bytes[i]);
  text[32] = '\n';
  text[33] = '\0';
  write_file ("/etc/machine-id", text);
}

static void
write_names (const char *name)
{
  char text[512];

  snprintf (text, sizeof text, "%s\n", name);
  write_file ("/etc/hostname", text);
  snprintf (text, sizeof text,
            "127.0.0.1\tlocalhost\n127.0.1.1\t%s\n::1\tlocalhost ip6-localhost ip6-loopback\n",
            name);
  write_file ("/etc/hosts", text);
}

/* Puts the sandbox's own files over those of the image; folders that are there stay as they are. */
static void
add_files (int dir)
{
  char source[32];
  const char *const argv[] = { "/bin/cp", "-rT", "--no-preserve=all", source, "/", NULL };

  snprintf (source, sizeof source, "/proc/self/fd/%d/.", dir);
  if (fcntl (dir, F_SETFD, 0) < 0 || sb_init_run (argv) != 0)
    {
      errno = EIO;
      sb_init_fail ("files");
    }
}

/* RSA is left out: it takes seconds, and every client of the last ten years knows the other two. */
static void
make_host_keys (void)
{
  static const char *const kinds[] = { "ed25519", "ecdsa" };

  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    {
      char path[64];
      const char *const argv[] = {
        "/usr/bin/ssh-keygen", "-q", "-t", kinds[i], "-N", "", "-f", path, NULL
      };

      snprintf (path, sizeof path, "/etc/ssh/ssh_host_%s_key", kinds[i]);
      if (access (path, F_OK) < 0 && sb_init_run (argv) != 0)
        {
          errno = EIO;
          sb_init_fail (path);
        }
    }
}

/* Not getpwnam(): it would load the image's NSS modules into this program. */
bool
sb_init_has_login (const char *login)
{
  FILE *file = fopen ("/etc/passwd", "re");
  struct passwd *entry;
  bool found = false;

  if (file == NULL)
    return false;
  while (!found && (entry = fgetpwent (file)) != NULL)
    found = strcmp (entry->pw_name, login) == 0;
  fclose (file);
  return found;
}

int
sb_init_add_login (const char *login, bool is_student)
{
  const char *const student[] = { "/usr/sbin/useradd",
                                  "--create-home",
                                  "--user-group",
                                  "--shell",
                                  "/bin/bash",
                                  "--uid",
                                  "1000",
                                  login,
                                  NULL };
  const char *const other[] = {
    "/usr/sbin/useradd", "--create-home", "--user-group", "--shell", "/bin/bash", login, NULL
  };

  return sb_init_run (is_student ? student : other);
}

/* Runs in the machine's own root, before anything else does. */
void
sb_init_set_up (const SbInitConfig *config)
{
  write_names (config->name);
  if (config->fresh)
    {
      remove_private_files ();
      lock_passwords ();
      /* A published layer has them, and may have them changed. */
      if (config->layers[0] == NULL)
        add_files (config->files_fd);
    }
  make_machine_id ();
  if (!sb_init_has_login ("student") && sb_init_add_login ("student", true) != 0)
    {
      errno = EIO;
      sb_init_fail ("/etc/passwd");
    }
  make_host_keys ();
}
