/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-journal.h"

#include "lc-printable.h"

/* A connection that is lost every minute for hours tells its last hour. */
#define MOST_LINES 200

struct _LcSshJournal
{
  GMutex mutex;
  GQueue lines;
};

LcSshJournal *
lc_ssh_journal_new (void)
{
  LcSshJournal *self = g_new0 (LcSshJournal, 1);

  g_mutex_init (&self->mutex);
  g_queue_init (&self->lines);
  return self;
}

void
lc_ssh_journal_free (LcSshJournal *self)
{
  g_queue_clear_full (&self->lines, g_free);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void
lc_ssh_journal_add (LcSshJournal *self, const char *format, ...)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%H:%M:%S");
  g_autofree char *message = NULL;
  g_autofree char *printable = NULL;
  char *line;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  printable = lc_dup_printable_line (message);
  line = g_strdup_printf ("%s.%03d  %s", time, g_date_time_get_microsecond (now) / 1000, printable);

  g_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->lines, line);
  if (self->lines.length > MOST_LINES)
    g_free (g_queue_pop_head (&self->lines));
  g_mutex_unlock (&self->mutex);
}

char *
lc_ssh_journal_dup_text (LcSshJournal *self)
{
  GString *text = g_string_new (NULL);

  g_mutex_lock (&self->mutex);
  for (GList *l = self->lines.head; l != NULL; l = l->next)
    g_string_append_printf (text, "%s\n", (const char *) l->data);
  g_mutex_unlock (&self->mutex);
  return g_string_free_and_steal (text);
}
