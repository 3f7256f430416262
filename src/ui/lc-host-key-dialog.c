/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-host-key-dialog.h"

#include <glib/gi18n-lib.h>

#include "lc-host-key-art.h"
#include "lc-label.h"

struct _LcHostKeyDialog
{
  AdwAlertDialog parent_instance;

  LcHostKey *key;
  DexPromise *promise;

  GtkLabel *fingerprint;
  GtkLabel *art;
  GtkLabel *other;
  GtkLabel *other_fingerprint;
  GtkWidget *authority;
  GtkEditable *told_row;
  GtkLabel *comparison;
};

G_DEFINE_FINAL_TYPE (LcHostKeyDialog, lc_host_key_dialog, ADW_TYPE_ALERT_DIALOG)

static void
show_fingerprint (GtkLabel *label, LcHostKey *key)
{
  g_autofree char *text = g_strdup_printf ("%s\n%s", lc_host_key_get_algorithm (key),
                                           lc_host_key_get_fingerprint (key));

  gtk_label_set_text (label, text);
  lc_label_set_verbatim (label);
  gtk_widget_set_visible (GTK_WIDGET (label), TRUE);
}

static void
show_question (LcHostKeyDialog *self, const LcHostKeyQuestion *question)
{
  g_autofree char *art = lc_host_key_dup_art (question->key);

  adw_alert_dialog_set_body (
      ADW_ALERT_DIALOG (self),
      question->was_reset
          ? _ ("It was reset, or you had its identity forgotten, so a new one is expected. If your "
               "teacher has told you its fingerprint, compare it with this one.")
          : _ ("You connect to this machine for the first time. If your teacher has told you its "
               "fingerprint, compare it with this one, and cancel when they differ. From now on "
               "LabConnect watches that it stays the same."));
  show_fingerprint (self->fingerprint, question->key);
  gtk_label_set_text (self->art, art);
  if (question->other != NULL)
    {
      gtk_label_set_text (self->other,
                          _ ("Your SSH program knows another identity at this address. That is "
                             "usual when the machines of a lab are made anew; if yours was not, "
                             "cancel, and ask your teacher. It knows this one:"));
      gtk_widget_set_visible (GTK_WIDGET (self->other), TRUE);
      show_fingerprint (self->other_fingerprint, question->other);
    }
  gtk_widget_set_visible (self->authority, question->has_authority);
}

/* A dialog gives the focus to the first text that can be copied, and so selects it: that looks as
 * if something was to be done with it. */
static gboolean
unselect_cb (GtkWidget *label, GdkFrameClock *clock, gpointer user_data)
{
  gtk_label_select_region (GTK_LABEL (label), 0, 0);

  return G_SOURCE_REMOVE;
}

static void
map_cb (GtkWidget *label)
{
  gtk_widget_add_tick_callback (label, unselect_cb, NULL, NULL);
}

/* What is being typed is not called wrong. */
static gboolean
is_unfinished (LcHostKeyDialog *self, const char *text)
{
  return g_str_has_prefix (lc_host_key_get_fingerprint (self->key), text);
}

static void
told_changed_cb (LcHostKeyDialog *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->told_row)));
  gboolean same = lc_host_key_has_fingerprint (self->key, text);
  gboolean unfinished = !same && is_unfinished (self, text);
  const char *words = same ? _ ("It is the same: this is the machine.")
                           : _ ("It is not the same. Cancel, and ask your teacher.");

  adw_alert_dialog_set_response_enabled (ADW_ALERT_DIALOG (self), "trust", same || text[0] == '\0');
  gtk_widget_remove_css_class (GTK_WIDGET (self->comparison), same ? "error" : "success");
  gtk_widget_add_css_class (GTK_WIDGET (self->comparison), same ? "success" : "error");
  gtk_label_set_text (self->comparison, words);
  gtk_widget_set_visible (GTK_WIDGET (self->comparison), !unfinished);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->told_row), GTK_ACCESSIBLE_STATE_INVALID,
                               same || unfinished ? GTK_ACCESSIBLE_INVALID_FALSE
                                                  : GTK_ACCESSIBLE_INVALID_TRUE,
                               -1);
  if (!unfinished)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), words,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
lc_host_key_dialog_response (AdwAlertDialog *dialog, const char *response)
{
  LcHostKeyDialog *self = LC_HOST_KEY_DIALOG (dialog);

  if (g_str_equal (response, "trust") && dex_future_is_pending (DEX_FUTURE (self->promise)))
    dex_promise_resolve_boolean (self->promise, TRUE);
}

static void
lc_host_key_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), LC_TYPE_HOST_KEY_DIALOG);

  G_OBJECT_CLASS (lc_host_key_dialog_parent_class)->dispose (object);
}

static void
lc_host_key_dialog_finalize (GObject *object)
{
  LcHostKeyDialog *self = LC_HOST_KEY_DIALOG (object);

  g_clear_pointer (&self->key, lc_host_key_unref);
  dex_clear (&self->promise);

  G_OBJECT_CLASS (lc_host_key_dialog_parent_class)->finalize (object);
}

static void
lc_host_key_dialog_class_init (LcHostKeyDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lc_host_key_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = lc_host_key_dialog_finalize;
  ADW_ALERT_DIALOG_CLASS (klass)->response = lc_host_key_dialog_response;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-host-key-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LcHostKeyDialog, fingerprint);
  gtk_widget_class_bind_template_child (widget_class, LcHostKeyDialog, art);
  gtk_widget_class_bind_template_child (widget_class, LcHostKeyDialog, other);
  gtk_widget_class_bind_template_child (widget_class, LcHostKeyDialog, other_fingerprint);
  gtk_widget_class_bind_template_child (widget_class, LcHostKeyDialog, authority);
  gtk_widget_class_bind_template_child (widget_class, LcHostKeyDialog, told_row);
  gtk_widget_class_bind_template_child (widget_class, LcHostKeyDialog, comparison);
  gtk_widget_class_bind_template_callback (widget_class, told_changed_cb);
}

static void
lc_host_key_dialog_init (LcHostKeyDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_direction (GTK_WIDGET (self->art), GTK_TEXT_DIR_LTR);
  g_signal_connect_after (self->fingerprint, "map", G_CALLBACK (map_cb), NULL);
}

AdwDialog *
lc_host_key_dialog_new (LcMachine *machine, const LcHostKeyQuestion *question, DexPromise *promise)
{
  LcHostKeyDialog *self = g_object_new (LC_TYPE_HOST_KEY_DIALOG, NULL);

  self->key = lc_host_key_ref (question->key);
  self->promise = dex_ref (promise);
  /* Translators: %s is the name of a machine */
  adw_alert_dialog_format_heading (ADW_ALERT_DIALOG (self), _ ("Is This “%s”?"),
                                   lc_machine_get_name (machine));
  show_question (self, question);

  return ADW_DIALOG (self);
}
