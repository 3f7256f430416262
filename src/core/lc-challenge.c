/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-challenge.h"

#include <string.h>

#include "lc-printable.h"

typedef struct
{
  char *text;
  gboolean echo;
} Question;

struct _LcChallenge
{
  gatomicrefcount references;
  char *name;
  char *instruction;
  GArray *questions; /* Question */
};

G_DEFINE_BOXED_TYPE (LcChallenge, lc_challenge, lc_challenge_ref, lc_challenge_unref)

static void
clear_question (gpointer data)
{
  g_free (((Question *) data)->text);
}

/* @text: (transfer full). Returns: (transfer full) (nullable): %NULL when nothing is in it */
static char *
without_blank (char *text)
{
  if (text == NULL || *g_strstrip (text) != '\0')
    return text;

  g_free (text);
  return NULL;
}

LcChallenge *
lc_challenge_new (const char *name, const char *instruction)
{
  LcChallenge *self = g_new0 (LcChallenge, 1);

  g_atomic_ref_count_init (&self->references);
  self->name = without_blank (lc_dup_printable_line (name));
  self->instruction = without_blank (lc_dup_printable_text (instruction));
  self->questions = g_array_new (FALSE, FALSE, sizeof (Question));
  g_array_set_clear_func (self->questions, clear_question);
  return self;
}

void
lc_challenge_add (LcChallenge *self, const char *text, gboolean echo)
{
  Question question = { .text = g_strstrip (lc_dup_printable_line (text)), .echo = echo };
  gsize length = strlen (question.text);

  if (length > 0 && question.text[length - 1] == ':')
    question.text[length - 1] = '\0';
  g_strchomp (question.text);
  g_array_append_val (self->questions, question);
}

LcChallenge *
lc_challenge_ref (LcChallenge *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
lc_challenge_unref (LcChallenge *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  g_free (self->name);
  g_free (self->instruction);
  g_array_unref (self->questions);
  g_free (self);
}

const char *
lc_challenge_get_name (LcChallenge *self)
{
  return self->name;
}

const char *
lc_challenge_get_instruction (LcChallenge *self)
{
  return self->instruction;
}

guint
lc_challenge_get_n_questions (LcChallenge *self)
{
  return self->questions->len;
}

const char *
lc_challenge_get_text (LcChallenge *self, guint index)
{
  g_return_val_if_fail (index < self->questions->len, NULL);

  return g_array_index (self->questions, Question, index).text;
}

gboolean
lc_challenge_get_echo (LcChallenge *self, guint index)
{
  g_return_val_if_fail (index < self->questions->len, FALSE);

  return g_array_index (self->questions, Question, index).echo;
}
