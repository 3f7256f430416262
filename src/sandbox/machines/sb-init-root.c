/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-init.h"
#include "sb-machine-protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SAFE (MS_NOSUID | MS_NODEV)

static void
mount_or_fail (const char *source,
               const char *target,
               const char *type,
               unsigned long flags,
               const char *options,
               const char *step)
{
  if (mount (source, target, type, flags, options) < 0)
    sb_init_fail (step);
}

static void
make_directory (const char *path, mode_t mode)
{
  if (mkdir (path, mode) < 0 && errno != EEXIST)
    sb_init_fail (path);
}

/* Paths are relative to the state folder and the image is a descriptor, so no character of a path
 * needs escaping and many layers fit into the one page that mount() takes. */
static void
mount_overlay (const SbInitConfig *config, const char *root)
{
  char options[4096];
  size_t length;
  /* Opened here: the kernel takes layers only from mounts of the same namespace. */
  int image_fd = open (config->image, O_PATH | O_DIRECTORY | O_CLOEXEC);

  if (image_fd < 0)
    sb_init_fail (config->image);

  length = (size_t) snprintf (options, sizeof options,
                              "userxattr,upperdir=%s/upper,workdir=%s/work,lowerdir=", config->disk,
                              config->disk);
  for (char *const *layer = config->layers; *layer != NULL && length < sizeof options; layer++)
    length += (size_t) snprintf (options + length, sizeof options - length, "%s/upper:", *layer);
  if (length < sizeof options)
    length +=
        (size_t) snprintf (options + length, sizeof options - length, "/proc/self/fd/%d", image_fd);
  if (length >= sizeof options)
    {
      errno = E2BIG;
      sb_init_fail (SB_STEP_OVERLAY);
    }
  mount_or_fail ("overlay", root, "overlay", MS_NODEV, options, SB_STEP_OVERLAY);
  close (image_fd);
}

/* Nobody may make device nodes in a user namespace, so the host's are bound. */
static void
fill_dev (void)
{
  static const char *const devices[] = { "null", "zero", "full", "random", "urandom", "tty" };
  static const char *const links[][2] = {
    { "/proc/self/fd", "dev/fd" },       { "/proc/self/fd/0", "dev/stdin" },
    { "/proc/self/fd/1", "dev/stdout" }, { "/proc/self/fd/2", "dev/stderr" },
    { "pts/ptmx", "dev/ptmx" },
  };

  mount_or_fail ("dev", "dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755,size=64k", "dev");
  for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
    {
      char source[32], target[32];
      int fd;

      snprintf (source, sizeof source, "/dev/%s", devices[i]);
      snprintf (target, sizeof target, "dev/%s", devices[i]);
      fd = open (target, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
      if (fd < 0)
        sb_init_fail (source);
      close (fd);
      mount_or_fail (source, target, NULL, MS_BIND, NULL, source);
    }
  for (size_t i = 0; i < sizeof links / sizeof *links; i++)
    if (symlink (links[i][0], links[i][1]) < 0)
      sb_init_fail (links[i][1]);

  make_directory ("dev/pts", 0755);
  mount_or_fail ("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
                 "newinstance,ptmxmode=0666,mode=620,gid=5", "dev/pts");
  make_directory ("dev/shm", 01777);
  mount_or_fail ("shm", "dev/shm", "tmpfs", SAFE, "mode=1777,size=512m", "dev/shm");
}

/* The machine's root has the host root's number, so what protects itself by owner alone is made
 * read-only. */
static void
protect_proc (void)
{
  static const char *const paths[] = { "proc/sys", "proc/sysrq-trigger", "proc/irq", "proc/bus" };

  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
    {
      if (mount (paths[i], paths[i], NULL, MS_BIND | MS_REC, NULL) < 0)
        {
          if (errno == ENOENT)
            continue;
          sb_init_fail (paths[i]);
        }
      mount_or_fail (NULL, paths[i], NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | SAFE | MS_NOEXEC,
                     NULL, paths[i]);
    }
}

static void
mount_kernel_file_systems (void)
{
  mount_or_fail ("proc", "proc", "proc", SAFE | MS_NOEXEC, NULL, SB_STEP_PROC);
  protect_proc ();
  /* Where the host hides parts of its /sys the kernel refuses a fresh one; machines work without.
   */
  if (mount ("sysfs", "sys", "sysfs", SAFE | MS_NOEXEC | MS_RDONLY, NULL) < 0 && errno != EPERM)
    sb_init_fail ("sys");
  fill_dev ();
  mount_or_fail ("run", "run", "tmpfs", SAFE, "mode=755,size=64m", "run");
  make_directory ("run/lock", 01777);
  make_directory ("run/sshd", 0755);
  mount_or_fail ("tmp", "tmp", "tmpfs", SAFE, "mode=1777,size=1g", "tmp");
}

static void
pivot (void)
{
  /* The old root lands on top of the new one and is taken off: no folder is needed for it. */
  if (syscall (SYS_pivot_root, ".", ".") < 0 || umount2 (".", MNT_DETACH) < 0 || chdir ("/") < 0)
    sb_init_fail ("pivot_root");
}

/* Runs in namespaces of its own, in the state folder. */
void
sb_init_enter_root (const SbInitConfig *config)
{
  char root[128];

  umask (0);
  mount_or_fail (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL, "mounts");
  snprintf (root, sizeof root, "%s/root", config->disk);
  mount_overlay (config, root);
  if (chdir (root) < 0)
    sb_init_fail (SB_STEP_OVERLAY);
  mount_kernel_file_systems ();
  pivot ();
  umask (022);
}

void
sb_init_raise_loopback (void)
{
  struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || ioctl (fd, SIOCSIFFLAGS, &request) < 0)
    sb_init_fail ("loopback");
  close (fd);
}
