/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sb-init.h"
#include "sb-machine-protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * sb-machine-init NAME DISK IMAGE FILES fresh|used|probe [LAYER…], started in the state folder.
 *
 * The first process, the keeper, stays outside: it makes process 1 in new namespaces, writes the
 * user map and waits. The kernel ends the keeper with the machine host, and process 1 with the
 * keeper, and everything in a machine with its process 1.
 */

#define GRACE_SECONDS    5
#define MAX_JOBS         200  /* connections served and passwords changed at the same time */
#define MAX_PROCESSES    1024 /* of one login; counted in the machine's own user namespace */
#define OOM_SCORE_ADJUST "500\n"

static const char *const environment[] = {
  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  "LANG=C.UTF-8",
  "HOME=/root",
  NULL,
};

static struct
{
  pid_t pid; /* 0: free */
  bool sets_password;
  uint32_t serial;
} jobs[MAX_JOBS];

static void
tell_host (SbMessageType type, uint32_t serial, int status, const char *text)
{
  SbMessage message = { .type = type, .serial = serial, .status = status };

  snprintf (message.text, sizeof message.text, "%s", text);
  /* When the host is gone the loop sees it. */
  while (send (SB_CONTROL_FD, &message, sizeof message, MSG_NOSIGNAL) < 0 && errno == EINTR)
    ;
}

/* Tells the host at which step errno came up, and ends. */
_Noreturn void
sb_init_fail (const char *step)
{
  tell_host (SB_MESSAGE_FAILED, 0, errno, step);
  _exit (1);
}

static _Noreturn void
become (const char *const *argv, int in, int out)
{
  sigset_t none;

  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  setsid ();
  if (dup2 (in, STDIN_FILENO) < 0 || dup2 (out, STDOUT_FILENO) < 0)
    _exit (126);
  execve (argv[0], (char *const *) argv, (char *const *) environment);
  _exit (127);
}

pid_t
sb_init_spawn (const char *const *argv, int in, int out)
{
  pid_t pid = fork ();

  if (pid == 0)
    become (argv, in, out);
  return pid;
}

/* Runs a program with /dev/null as its input and output; its exit code, 255 for another end. */
int
sb_init_run (const char *const *argv)
{
  int status = 0;
  pid_t pid = sb_init_spawn (argv, STDIN_FILENO, STDOUT_FILENO);

  if (pid < 0)
    return 255;
  while (waitpid (pid, &status, 0) < 0)
    if (errno != EINTR)
      return 255;
  return WIFEXITED (status) ? WEXITSTATUS (status) : 255;
}

static size_t
find_job (pid_t pid)
{
  size_t i = 0;

  while (i < MAX_JOBS && jobs[i].pid != pid)
    i++;
  return i;
}

static void
serve_connection (int fd)
{
  static const char *const sshd[] = { "/usr/sbin/sshd", "-i", "-E", "/var/log/sshd.log", NULL };
  size_t job = find_job (0);
  int flags = fcntl (fd, F_GETFL);
  pid_t pid;

  if (job == MAX_JOBS || flags < 0 || fcntl (fd, F_SETFL, flags & ~O_NONBLOCK) < 0)
    return;
  pid = sb_init_spawn (sshd, fd, fd);
  if (pid > 0)
    {
      jobs[job].pid = pid;
      jobs[job].sets_password = false;
    }
}

/* Makes the login when it is missing, and lets chpasswd read what the host wrote into the pipe. */
static void
set_password (int fd, const SbMessage *message)
{
  static const char *const chpasswd[] = { "/usr/sbin/chpasswd", NULL };
  size_t job = find_job (0);
  pid_t pid = job < MAX_JOBS ? fork () : -1;

  if (pid == 0)
    {
      if (!sb_init_has_login (message->text) && sb_init_add_login (message->text, false) != 0)
        _exit (1);
      become (chpasswd, fd, STDOUT_FILENO);
    }
  if (pid < 0)
    {
      tell_host (SB_MESSAGE_PASSWORD_SET, message->serial, EAGAIN, "");
      return;
    }
  jobs[job].pid = pid;
  jobs[job].sets_password = true;
  jobs[job].serial = message->serial;
}

static void
reap (void)
{
  int status;
  pid_t pid;

  while ((pid = waitpid (-1, &status, WNOHANG)) > 0)
    {
      size_t job = find_job (pid);

      if (job == MAX_JOBS)
        continue; /* an orphan */
      jobs[job].pid = 0;
      if (jobs[job].sets_password)
        tell_host (SB_MESSAGE_PASSWORD_SET, jobs[job].serial, status == 0 ? 0 : EIO, "");
    }
}

static bool
take_message (void)
{
  union
  {
    struct cmsghdr header;
    char space[CMSG_SPACE (sizeof (int))];
  } control;
  SbMessage message;
  struct iovec data = { &message, sizeof message };
  struct msghdr packet = { .msg_iov = &data,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof control };
  ssize_t n = recvmsg (SB_CONTROL_FD, &packet, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  struct cmsghdr *header;
  int fd = -1;

  if (n < 0)
    return errno == EAGAIN || errno == EINTR;
  if (n != sizeof message)
    return false;
  message.text[sizeof message.text - 1] = '\0';
  header = CMSG_FIRSTHDR (&packet);
  if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
    memcpy (&fd, CMSG_DATA (header), sizeof fd);

  if (message.type == SB_MESSAGE_CONNECTION && fd >= 0)
    serve_connection (fd);
  else if (message.type == SB_MESSAGE_PASSWORD && fd >= 0)
    set_password (fd, &message);
  else if (message.type == SB_MESSAGE_SHUT_DOWN)
    raise (SIGTERM);
  if (fd >= 0)
    close (fd);
  return true;
}

/* Asks everything inside to end; what has not after the grace ends with process 1. */
static _Noreturn void
shut_down (void)
{
  static const int signals[] = { SIGTERM, SIGHUP, SIGCONT };
  struct timespec now, end;
  sigset_t children;

  sigemptyset (&children);
  sigaddset (&children, SIGCHLD);
  clock_gettime (CLOCK_MONOTONIC, &end);
  end.tv_sec += GRACE_SECONDS;
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
    kill (-1, signals[i]);
  for (;;)
    {
      pid_t pid;
      struct timespec wait = { 0, 100 * 1000 * 1000 };

      while ((pid = waitpid (-1, NULL, WNOHANG)) > 0)
        ;
      clock_gettime (CLOCK_MONOTONIC, &now);
      if ((pid < 0 && errno == ECHILD) || now.tv_sec >= end.tv_sec)
        _exit (0);
      sigtimedwait (&children, NULL, &wait);
    }
}

static _Noreturn void
serve (int signals)
{
  struct pollfd fds[] = { { signals, POLLIN, 0 }, { SB_CONTROL_FD, POLLIN, 0 } };

  tell_host (SB_MESSAGE_READY, 0, 0, "");
  for (;;)
    {
      if (poll (fds, 2, -1) < 0 && errno != EINTR)
        _exit (1);
      if (fds[0].revents != 0)
        {
          struct signalfd_siginfo info;

          if (read (signals, &info, sizeof info) == sizeof info && info.ssi_signo == SIGTERM)
            shut_down ();
          reap ();
        }
      if (fds[1].revents != 0 && !take_message ())
        _exit (0);
    }
}

static void
limit_processes (void)
{
  const struct rlimit processes = { MAX_PROCESSES, MAX_PROCESSES };
  const struct rlimit none = { 0, 0 };
  int fd = open ("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

  setrlimit (RLIMIT_NPROC, &processes);
  setrlimit (RLIMIT_CORE, &none);
  /* When memory runs out, machines go before the desktop that they run on. Refused where the host
   * process is to go even earlier. */
  if (fd >= 0 && write (fd, OOM_SCORE_ADJUST, sizeof OOM_SCORE_ADJUST - 1) < 0 && errno != EACCES)
    sb_init_fail ("oom_score_adj");
  if (fd >= 0)
    close (fd);
}

/* Where root runs the host, the machine's root has root's number too: what keeps it from the files
 * of the kernel is that they are mounted read-only, and with this right it could take that off. */
static void
drop_mounting (void)
{
  if (prctl (PR_CAPBSET_DROP, CAP_SYS_ADMIN, 0, 0, 0) < 0)
    sb_init_fail ("capabilities");
}

static _Noreturn void
run_machine (const SbInitConfig *config, bool probe, int mapped)
{
  sigset_t handled;
  int null, signals;
  char byte;

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (read (mapped, &byte, 1) != 1)
    _exit (1);
  close (mapped);
  sigemptyset (&handled);
  sigaddset (&handled, SIGCHLD);
  sigaddset (&handled, SIGTERM);
  sigprocmask (SIG_BLOCK, &handled, NULL);
  signals = signalfd (-1, &handled, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0 || setsid () < 0 || sethostname (config->name, strlen (config->name)) < 0)
    sb_init_fail ("process 1");
  limit_processes ();
  sb_init_enter_root (config);
  null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0 || dup2 (null, 0) < 0 || dup2 (null, 1) < 0 || dup2 (null, 2) < 0)
    sb_init_fail ("/dev/null");
  close (null);
  sb_init_raise_loopback ();
  drop_mounting ();
  if (probe)
    {
      tell_host (SB_MESSAGE_READY, 0, 0, "");
      _exit (0);
    }
  sb_init_set_up (config);
  close (config->files_fd);
  /* Nobody inside is told where on the host its disk lies; the configuration ends here. */
  memset (config->arguments, 0, config->arguments_length);
  serve (signals);
}

/* Gives the new user namespace the users of this one, each as itself. */
static bool
write_map (pid_t pid, const char *kind)
{
  char path[64], text[4096];
  unsigned long inside, outside, count;
  size_t length = 0;
  FILE *own;
  int fd;
  bool done;

  snprintf (path, sizeof path, "/proc/self/%s", kind);
  own = fopen (path, "re");
  if (own == NULL)
    return false;
  while (length < sizeof text && fscanf (own, "%lu %lu %lu", &inside, &outside, &count) == 3)
    length += (size_t) snprintf (text + length, sizeof text - length, "%lu %lu %lu\n", inside,
                                 inside, count);
  fclose (own);
  snprintf (path, sizeof path, "/proc/%d/%s", (int) pid, kind);
  fd = open (path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || length >= sizeof text)
    return false;
  done = write (fd, text, length) == (ssize_t) length;
  close (fd);
  return done;
}

static int
keep (const SbInitConfig *config, bool probe)
{
  const long flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC |
                     CLONE_NEWNET | SIGCHLD;
  int mapped[2], status = 0;
  pid_t pid;

  if (pipe2 (mapped, O_CLOEXEC) < 0)
    sb_init_fail ("pipe");
  /* Works as fork() does; the C library has no call that forks into namespaces. */
  pid = (pid_t) syscall (SYS_clone, flags, NULL, NULL, NULL, NULL);
  if (pid < 0)
    sb_init_fail (SB_STEP_NAMESPACES);
  if (pid == 0)
    {
      close (mapped[1]);
      run_machine (config, probe, mapped[0]);
    }
  close (mapped[0]);
  if (!write_map (pid, "uid_map") || !write_map (pid, "gid_map"))
    sb_init_fail (SB_STEP_NAMESPACES);
  if (write (mapped[1], "", 1) != 1)
    sb_init_fail ("pipe");
  close (mapped[1]);
  /* The host is to see the end of process 1 on the socket. */
  close (SB_CONTROL_FD);
  while (waitpid (pid, &status, 0) < 0 && errno == EINTR)
    ;
  return WIFEXITED (status) ? WEXITSTATUS (status) : 1;
}

int
main (int argc, char **argv)
{
  SbInitConfig config;
  char byte;

  if (argc < 6)
    {
      fputs ("sb-machine-init is started by labconnect-sandbox.\n", stderr);
      return 2;
    }
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (fcntl (SB_CONTROL_FD, F_SETFD, FD_CLOEXEC) < 0 ||
      recv (SB_CONTROL_FD, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
    return 2;
  config.name = argv[1];
  config.disk = argv[2];
  config.image = argv[3];
  config.files_fd = open (argv[4], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  config.fresh = strcmp (argv[5], "fresh") == 0;
  config.layers = argv + 6;
  config.arguments = argv[0];
  config.arguments_length = (size_t) (argv[argc - 1] + strlen (argv[argc - 1]) - argv[0]);
  if (config.files_fd < 0)
    sb_init_fail (argv[4]);
  return keep (&config, strcmp (argv[5], "probe") == 0);
}
