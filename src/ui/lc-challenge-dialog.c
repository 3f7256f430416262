/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-challenge-dialog.h"

#include <glib/gi18n-lib.h>

#include "lc-credentials-dialog.h"

struct _LcChallengeDialog
{
  AdwDialog parent_instance;

  DexPromise *promise;
  GPtrArray *rows; /* GtkEditable, in the order of the questions */

  AdwWindowTitle *window_title;
  AdwBanner *reason_banner;
  GtkLabel *said_label;
  AdwPreferencesGroup *rows_group;
};

G_DEFINE_FINAL_TYPE (LcChallengeDialog, lc_challenge_dialog, ADW_TYPE_DIALOG)

static void
wipe (LcChallengeDialog *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    gtk_editable_set_text (self->rows->pdata[i], "");
}

/* An empty answer is one, too: only the machine knows what it wants. */
static void
answer_clicked_cb (LcChallengeDialog *self)
{
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func ((GDestroyNotify) lc_secret_unref);

  for (guint i = 0; i < self->rows->len; i++)
    g_ptr_array_add (answers, lc_secret_new (gtk_editable_get_text (self->rows->pdata[i])));
  wipe (self);
  if (dex_future_is_pending (DEX_FUTURE (self->promise)))
    dex_promise_resolve_boxed (self->promise, G_TYPE_PTR_ARRAY, g_steal_pointer (&answers));
  adw_dialog_close (ADW_DIALOG (self));
}

static void
cancel_clicked_cb (LcChallengeDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

/* Enter leads to the next question, and behind the last one to the button. */
static void
entry_activated_cb (LcChallengeDialog *self, GtkEditable *row)
{
  guint index;

  if (g_ptr_array_find (self->rows, row, &index) && index + 1 < self->rows->len)
    gtk_widget_grab_focus (self->rows->pdata[index + 1]);
  else
    answer_clicked_cb (self);
}

static void
add_row (LcChallengeDialog *self, const char *text, gboolean echo)
{
  GtkWidget *row = echo ? adw_entry_row_new () : adw_password_entry_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), *text != '\0' ? text : _ ("Answer"));
  if (echo)
    adw_entry_row_set_input_hints (ADW_ENTRY_ROW (row),
                                   GTK_INPUT_HINT_NO_SPELLCHECK | GTK_INPUT_HINT_NO_EMOJI);
  g_signal_connect_object (row, "entry-activated", G_CALLBACK (entry_activated_cb), self,
                           G_CONNECT_SWAPPED);
  adw_preferences_group_add (self->rows_group, row);
  g_ptr_array_add (self->rows, row);
}

static void
show_what_is_said (LcChallengeDialog *self, LcChallenge *challenge)
{
  const char *name = lc_challenge_get_name (challenge);
  const char *instruction = lc_challenge_get_instruction (challenge);
  g_autofree char *text = g_strdup_printf ("%s%s%s", name != NULL ? name : "",
                                           name != NULL && instruction != NULL ? "\n" : "",
                                           instruction != NULL ? instruction : "");

  gtk_label_set_label (self->said_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->said_label), *text != '\0');
}

static void
lc_challenge_dialog_dispose (GObject *object)
{
  LcChallengeDialog *self = LC_CHALLENGE_DIALOG (object);

  if (self->rows_group != NULL)
    wipe (self);
  g_ptr_array_set_size (self->rows, 0);
  gtk_widget_dispose_template (GTK_WIDGET (object), LC_TYPE_CHALLENGE_DIALOG);

  G_OBJECT_CLASS (lc_challenge_dialog_parent_class)->dispose (object);
}

static void
lc_challenge_dialog_finalize (GObject *object)
{
  LcChallengeDialog *self = LC_CHALLENGE_DIALOG (object);

  g_ptr_array_unref (self->rows);
  dex_clear (&self->promise);

  G_OBJECT_CLASS (lc_challenge_dialog_parent_class)->finalize (object);
}

static void
lc_challenge_dialog_class_init (LcChallengeDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lc_challenge_dialog_dispose;
  object_class->finalize = lc_challenge_dialog_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-challenge-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LcChallengeDialog, window_title);
  gtk_widget_class_bind_template_child (widget_class, LcChallengeDialog, reason_banner);
  gtk_widget_class_bind_template_child (widget_class, LcChallengeDialog, said_label);
  gtk_widget_class_bind_template_child (widget_class, LcChallengeDialog, rows_group);
  gtk_widget_class_bind_template_callback (widget_class, answer_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked_cb);
}

static void
lc_challenge_dialog_init (LcChallengeDialog *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
lc_challenge_dialog_new (LcMachine *machine,
                         LcChallenge *challenge,
                         LcPromptReason reason,
                         DexPromise *promise)
{
  LcChallengeDialog *self = g_object_new (LC_TYPE_CHALLENGE_DIALOG, NULL);
  const char *text = lc_prompt_reason_text (reason);

  self->promise = dex_ref (promise);
  adw_window_title_set_subtitle (self->window_title, lc_machine_get_name (machine));
  adw_banner_set_title (self->reason_banner, text != NULL ? text : "");
  adw_banner_set_revealed (self->reason_banner, text != NULL);
  show_what_is_said (self, challenge);
  for (guint i = 0; i < lc_challenge_get_n_questions (challenge); i++)
    add_row (self, lc_challenge_get_text (challenge, i), lc_challenge_get_echo (challenge, i));
  if (self->rows->len > 0)
    adw_dialog_set_focus (ADW_DIALOG (self), self->rows->pdata[0]);

  return ADW_DIALOG (self);
}
