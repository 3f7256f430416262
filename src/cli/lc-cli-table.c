/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-cli-table.h"

#include <stdarg.h>

#include "lc-printable.h"

#define GAP 2

struct _LcCliTable
{
  guint n_columns;
  GPtrArray *cells; /* char *, row by row */
};

static void
add_cell (LcCliTable *self, const char *text)
{
  g_ptr_array_add (self->cells, lc_dup_printable_line (text != NULL ? text : ""));
}

/* How many columns of the terminal it takes. */
static guint
width_of (const char *text)
{
  guint width = 0;

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar u = g_utf8_get_char (c);

      width += g_unichar_iszerowidth (u) ? 0 : g_unichar_iswide (u) ? 2 : 1;
    }

  return width;
}

LcCliTable *
lc_cli_table_new (const char *first, ...)
{
  LcCliTable *self = g_new0 (LcCliTable, 1);
  va_list args;

  self->cells = g_ptr_array_new_with_free_func (g_free);
  va_start (args, first);
  for (const char *title = first; title != NULL; title = va_arg (args, const char *))
    {
      add_cell (self, title);
      self->n_columns++;
    }
  va_end (args);
  return self;
}

void
lc_cli_table_add (LcCliTable *self, ...)
{
  va_list args;

  va_start (args, self);
  for (guint i = 0; i < self->n_columns; i++)
    add_cell (self, va_arg (args, const char *));
  va_end (args);
}

char *
lc_cli_table_format (LcCliTable *self)
{
  g_autofree guint *widths = g_new0 (guint, self->n_columns);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->cells->len; i++)
    widths[i % self->n_columns] =
        MAX (widths[i % self->n_columns], width_of (g_ptr_array_index (self->cells, i)));

  for (guint i = 0; i < self->cells->len; i++)
    {
      const char *cell = g_ptr_array_index (self->cells, i);
      guint column = i % self->n_columns;

      g_string_append (text, cell);
      if (column + 1 < self->n_columns)
        {
          for (guint pad = width_of (cell); pad < widths[column] + GAP; pad++)
            g_string_append_c (text, ' ');
          continue;
        }

      while (text->len > 0 && text->str[text->len - 1] == ' ')
        g_string_truncate (text, text->len - 1);
      g_string_append_c (text, '\n');
    }

  return g_string_free_and_steal (text);
}

void
lc_cli_table_free (LcCliTable *self)
{
  g_ptr_array_unref (self->cells);
  g_free (self);
}
