/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-cli-terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "lc-async.h"
#include "lc-error.h"
#include "lc-printable.h"

#define MAX_LINE 1024

struct _LcCliTerminal
{
  GObject parent_instance;

  char *live_line;
  gboolean is_live;
  gboolean asking;
  int asked_fd; /* -1: none, or the terminal that is not as it was */
  struct termios before;
};

typedef struct
{
  LcCliTerminal *terminal;
  char *question;
  gboolean hidden;
} Question;

G_DEFINE_FINAL_TYPE (LcCliTerminal, lc_cli_terminal, G_TYPE_OBJECT)

static void
clear_live_line (LcCliTerminal *self)
{
  if (self->is_live && self->live_line != NULL)
    g_printerr ("\r\033[K");
}

static void
draw_live_line (LcCliTerminal *self)
{
  struct winsize size = { 0 };
  glong columns = 80;
  g_autofree char *shown = NULL;

  if (!self->is_live || self->asking || self->live_line == NULL)
    return;

  if (ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    columns = size.ws_col;

  /* One that wraps could not be taken back. */
  shown =
      g_utf8_substring (self->live_line, 0, MIN (columns - 1, g_utf8_strlen (self->live_line, -1)));
  g_printerr ("\r\033[K%s", shown);
}

static void
question_free (gpointer data)
{
  Question *question = data;

  question->terminal->asking = FALSE;
  lc_cli_terminal_restore (question->terminal);
  draw_live_line (question->terminal);
  g_object_unref (question->terminal);
  g_free (question->question);
  g_free (question);
}

static gboolean
readable_cb (int fd, GIOCondition condition, gpointer user_data)
{
  dex_promise_resolve_boolean (user_data, TRUE);
  return G_SOURCE_REMOVE;
}

/* Resolves when there is something to read. */
static DexFuture *
wait_readable (int fd)
{
  DexPromise *promise = dex_promise_new ();

  g_unix_fd_add_full (G_PRIORITY_DEFAULT, fd, G_IO_IN | G_IO_HUP | G_IO_ERR, readable_cb,
                      dex_ref (promise), dex_unref);
  return DEX_FUTURE (promise);
}

static gboolean
hide_typing (LcCliTerminal *self, int fd)
{
  struct termios hidden;

  if (tcgetattr (fd, &self->before) != 0)
    return FALSE;

  hidden = self->before;
  hidden.c_lflag &= ~(tcflag_t) ECHO;
  hidden.c_lflag |= ECHONL;
  if (tcsetattr (fd, TCSAFLUSH, &hidden) != 0)
    return FALSE;

  self->asked_fd = fd;
  return TRUE;
}

static DexFuture *
read_answer (int fd)
{
  char line[MAX_LINE + 1] = { 0 };
  g_autoptr (LcSecret) answer = NULL;
  g_autoptr (GError) error = NULL;
  gssize n = 0;

  if (!dex_await (wait_readable (fd), &error))
    return dex_future_new_for_error (g_steal_pointer (&error));

  /* The terminal hands over a whole line at a time. */
  n = read (fd, line, MAX_LINE);
  if (n <= 0)
    return dex_future_new_for_error (lc_error_new (LC_ERROR_CANCELLED, "No answer was typed"));

  answer = lc_secret_new_for_data (line, strcspn (line, "\r\n"));
  explicit_bzero (line, sizeof line);
  return dex_future_new_take_boxed (LC_TYPE_SECRET, g_steal_pointer (&answer));
}

static DexFuture *
ask_fiber (gpointer data)
{
  Question *question = data;
  LcCliTerminal *self = question->terminal;
  g_autofd int fd = open ("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  DexFuture *answer = NULL;
  gsize length = strlen (question->question);

  if (fd < 0)
    return dex_future_new_for_error (
        lc_error_new (LC_ERROR_UNSUPPORTED, "There is no terminal to ask on"));

  clear_live_line (self);
  self->asking = TRUE;
  if ((question->hidden && !hide_typing (self, fd)) ||
      write (fd, question->question, length) != (gssize) length)
    {
      GError *error = lc_error_new (LC_ERROR_UNSUPPORTED, "The terminal cannot be used: %s",
                                    g_strerror (errno));

      lc_cli_terminal_restore (self); /* before the descriptor is closed */
      return dex_future_new_for_error (error);
    }

  answer = read_answer (fd);
  lc_cli_terminal_restore (self);
  return answer;
}

static void
lc_cli_terminal_finalize (GObject *object)
{
  LcCliTerminal *self = LC_CLI_TERMINAL (object);

  clear_live_line (self);
  lc_cli_terminal_restore (self);
  g_free (self->live_line);

  G_OBJECT_CLASS (lc_cli_terminal_parent_class)->finalize (object);
}

static void
lc_cli_terminal_class_init (LcCliTerminalClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_cli_terminal_finalize;
}

static void
lc_cli_terminal_init (LcCliTerminal *self)
{
  self->asked_fd = -1;
  self->is_live = isatty (STDERR_FILENO) && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
}

LcCliTerminal *
lc_cli_terminal_new (void)
{
  return g_object_new (LC_TYPE_CLI_TERMINAL, NULL);
}

gboolean
lc_cli_terminal_is_live (LcCliTerminal *self)
{
  return self->is_live;
}

void
lc_cli_terminal_set_live_line (LcCliTerminal *self, const char *line)
{
  g_return_if_fail (LC_IS_CLI_TERMINAL (self));

  if (line == NULL && !self->asking)
    clear_live_line (self);
  g_free (self->live_line);
  self->live_line = lc_dup_printable_line (line);
  draw_live_line (self);
}

void
lc_cli_terminal_print (LcCliTerminal *self, const char *line)
{
  g_return_if_fail (LC_IS_CLI_TERMINAL (self));

  g_autofree char *text = lc_dup_printable_text (line);

  if (!self->asking)
    clear_live_line (self);
  g_printerr ("%s\n", text);
  draw_live_line (self);
}

DexFuture *
lc_cli_terminal_ask (LcCliTerminal *self, const char *question, gboolean hidden)
{
  Question *data = g_new0 (Question, 1);

  data->terminal = g_object_ref (self);
  data->question = lc_dup_printable_line (question);
  data->hidden = hidden;
  return lc_spawn (ask_fiber, data, question_free);
}

gboolean
lc_cli_terminal_set_raw (LcCliTerminal *self, int fd)
{
  struct termios raw;

  g_return_val_if_fail (LC_IS_CLI_TERMINAL (self), FALSE);

  if (self->asked_fd >= 0 || tcgetattr (fd, &self->before) != 0)
    return FALSE;

  raw = self->before;
  cfmakeraw (&raw);
  if (tcsetattr (fd, TCSADRAIN, &raw) != 0)
    return FALSE;

  self->asked_fd = fd;
  return TRUE;
}

void
lc_cli_terminal_restore (LcCliTerminal *self)
{
  g_return_if_fail (LC_IS_CLI_TERMINAL (self));

  if (self->asked_fd >= 0)
    tcsetattr (self->asked_fd, TCSAFLUSH, &self->before);
  self->asked_fd = -1;
}
