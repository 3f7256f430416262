/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-error-box.h"

#include <adwaita.h>

#include "lc-copy-details.h"
#include "lc-error-text.h"
#include "lc-error.h"
#include "lc-label.h"

#define FINGERPRINT_PREFIX "SHA256:"

struct _LcErrorBox
{
  GtkBox parent_instance;

  GError *error;

  GtkLabel *title;
  GtkLabel *hint;
  GtkWidget *explanation;
  GtkWidget *fingerprints;
  GtkLabel *known_fingerprint;
  GtkLabel *shown_fingerprint;
  GtkLabel *service_message;
  GtkButton *copy_button;
};

G_DEFINE_FINAL_TYPE (LcErrorBox, lc_error_box, GTK_TYPE_BOX)

/* The two fingerprints that a changed host key comes with: first the known one, then the new one.
 */
static gboolean
show_fingerprints (LcErrorBox *self, const char *message)
{
  GtkLabel *labels[] = { self->known_fingerprint, self->shown_fingerprint };

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    {
      g_autofree char *fingerprint = NULL;

      message = message != NULL ? strstr (message, FINGERPRINT_PREFIX) : NULL;
      if (message == NULL)
        return FALSE;
      fingerprint = g_strndup (message, strcspn (message, " ,;"));
      gtk_label_set_label (labels[i], fingerprint);
      message += strlen (fingerprint);
    }

  return TRUE;
}

static void
copy_clicked_cb (LcErrorBox *self)
{
  if (self->error != NULL)
    lc_copy_details (self->copy_button, self->error);
}

static void
lc_error_box_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), LC_TYPE_ERROR_BOX);

  G_OBJECT_CLASS (lc_error_box_parent_class)->dispose (object);
}

static void
lc_error_box_finalize (GObject *object)
{
  g_clear_error (&LC_ERROR_BOX (object)->error);

  G_OBJECT_CLASS (lc_error_box_parent_class)->finalize (object);
}

static void
lc_error_box_class_init (LcErrorBoxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lc_error_box_dispose;
  object_class->finalize = lc_error_box_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-error-box.ui");
  gtk_widget_class_bind_template_child (widget_class, LcErrorBox, title);
  gtk_widget_class_bind_template_child (widget_class, LcErrorBox, hint);
  gtk_widget_class_bind_template_child (widget_class, LcErrorBox, explanation);
  gtk_widget_class_bind_template_child (widget_class, LcErrorBox, fingerprints);
  gtk_widget_class_bind_template_child (widget_class, LcErrorBox, known_fingerprint);
  gtk_widget_class_bind_template_child (widget_class, LcErrorBox, shown_fingerprint);
  gtk_widget_class_bind_template_child (widget_class, LcErrorBox, service_message);
  gtk_widget_class_bind_template_child (widget_class, LcErrorBox, copy_button);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked_cb);
}

static void
lc_error_box_init (LcErrorBox *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  lc_label_set_verbatim (self->known_fingerprint);
  lc_label_set_verbatim (self->shown_fingerprint);
}

GtkWidget *
lc_error_box_new (void)
{
  return g_object_new (LC_TYPE_ERROR_BOX, NULL);
}

void
lc_error_box_set_error (LcErrorBox *self, const GError *error)
{
  const char *service_message;
  gboolean changed_key = g_error_matches (error, LC_ERROR, LC_ERROR_HOST_KEY_CHANGED);
  gboolean both;

  g_clear_error (&self->error);
  if (error == NULL || lc_error_is_cancelled (error))
    {
      gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
      return;
    }

  self->error = g_error_copy (error);
  service_message = lc_error_text_get_service_message (error);

  gtk_label_set_label (self->title, lc_error_text_get_title (error));
  gtk_label_set_label (self->hint, lc_error_text_get_hint (error));
  gtk_label_set_label (self->service_message, service_message != NULL ? service_message : "");
  both = changed_key && show_fingerprints (self, service_message);
  gtk_widget_set_visible (self->explanation, changed_key);
  gtk_widget_set_visible (self->fingerprints, both);
  gtk_widget_set_visible (GTK_WIDGET (self->service_message), service_message != NULL && !both);
  lc_copy_details_reset (self->copy_button);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), lc_error_text_get_title (error),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}
