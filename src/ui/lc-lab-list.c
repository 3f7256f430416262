/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-lab-list.h"

#include "lc-settings.h"

struct _LcLabList
{
  AdwBin parent_instance;

  LcRegistry *registry;
  GListModel *labs; /* sorted by account */
  gboolean changing;

  /* The lab that was chosen last, also while it is not in the list. */
  char *chosen_account;
  char *chosen_lab;

  GtkListBox *list_box;
};

G_DEFINE_FINAL_TYPE (LcLabList, lc_lab_list, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_SELECTED,
  N_PROPS
};

enum
{
  ACTIVATED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static GListModel *
accounts (LcLabList *self)
{
  return G_LIST_MODEL (lc_registry_get_accounts (self->registry));
}

/* Labs of one account stand together, in the order of the accounts. */
static int
compare_accounts_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const char *id_a = lc_lab_get_account_id ((LcLab *) a);
  const char *id_b = lc_lab_get_account_id ((LcLab *) b);

  return g_strcmp0 (id_a, id_b);
}

static LcLab *
lab_of (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), "lab");
}

static GtkWidget *
create_row_cb (gpointer item, gpointer user_data)
{
  LcLab *lab = LC_LAB (item);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  g_object_bind_property (lab, "name", label, "label", G_BINDING_SYNC_CREATE);
  g_object_bind_property (lab, "description", row, "tooltip-text", G_BINDING_SYNC_CREATE);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_RELATION_LABELLED_BY, label,
                                  NULL, -1);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
  g_object_set_data_full (G_OBJECT (row), "lab", g_object_ref (lab), g_object_unref);

  return row;
}

static GtkWidget *
create_header (LcLabList *self, LcLab *lab)
{
  LcAccountStore *store = lc_registry_get_accounts (self->registry);
  LcAccount *account = lc_account_store_find (store, lc_lab_get_account_id (lab));
  GtkWidget *label = gtk_label_new (account != NULL ? lc_account_get_user_name (account) : "");

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_margin_start (label, 14);
  gtk_widget_set_margin_end (label, 14);
  gtk_widget_set_margin_top (label, 12);
  gtk_widget_set_margin_bottom (label, 6);
  gtk_widget_add_css_class (label, "caption-heading");
  gtk_widget_add_css_class (label, "dimmed");

  return label;
}

/* With several accounts, labs stand below whose they are. */
static void
update_header_cb (GtkListBoxRow *row, GtkListBoxRow *before, gpointer user_data)
{
  LcLabList *self = LC_LAB_LIST (user_data);
  LcLab *lab = lab_of (row);
  gboolean several = g_list_model_get_n_items (accounts (self)) > 1;
  gboolean first = before == NULL || g_strcmp0 (lc_lab_get_account_id (lab_of (before)),
                                                lc_lab_get_account_id (lab)) != 0;

  gtk_list_box_row_set_header (row, several && first ? create_header (self, lab) : NULL);
}

static gboolean
is_chosen (LcLabList *self, LcLab *lab)
{
  return g_strcmp0 (lc_lab_get_account_id (lab), self->chosen_account) == 0 &&
         g_strcmp0 (lc_lab_get_id (lab), self->chosen_lab) == 0;
}

static void
choose (LcLabList *self, LcLab *lab)
{
  GSettings *settings = lc_settings_get_gsettings (lc_settings_get_default ());

  g_set_str (&self->chosen_account, lc_lab_get_account_id (lab));
  g_set_str (&self->chosen_lab, lc_lab_get_id (lab));
  if (settings != NULL)
    g_settings_set (settings, "lab", "(ss)", self->chosen_account, self->chosen_lab);
}

static void
recall (LcLabList *self)
{
  GSettings *settings = lc_settings_get_gsettings (lc_settings_get_default ());

  if (settings != NULL)
    g_settings_get (settings, "lab", "(ss)", &self->chosen_account, &self->chosen_lab);
}

static void
labs_changing_cb (LcLabList *self)
{
  self->changing = TRUE;
}

/* The chosen lab stays selected, or comes back; without it, the first one. */
static void
labs_changed_cb (LcLabList *self)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list_box, 0);
  GtkListBoxRow *candidate;

  for (int i = 0; (candidate = gtk_list_box_get_row_at_index (self->list_box, i)) != NULL; i++)
    if (is_chosen (self, lab_of (candidate)))
      row = candidate;
  gtk_list_box_select_row (self->list_box, row);
  self->changing = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

static void
row_selected_cb (LcLabList *self, GtkListBoxRow *row)
{
  if (self->changing || row == NULL)
    return;

  choose (self, lab_of (row));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

static void
row_activated_cb (LcLabList *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
lc_lab_list_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LcLabList *self = LC_LAB_LIST (object);

  switch (prop_id)
    {
    case PROP_SELECTED:
      g_value_set_object (value, lc_lab_list_get_selected (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lc_lab_list_dispose (GObject *object)
{
  LcLabList *self = LC_LAB_LIST (object);

  /* Rows that go ask for headers and for another selection. */
  self->changing = TRUE;
  if (self->list_box != NULL)
    {
      gtk_list_box_set_header_func (self->list_box, NULL, NULL, NULL);
      gtk_list_box_bind_model (self->list_box, NULL, NULL, NULL, NULL);
    }
  gtk_widget_dispose_template (GTK_WIDGET (self), LC_TYPE_LAB_LIST);
  g_clear_object (&self->labs);
  g_clear_object (&self->registry);

  G_OBJECT_CLASS (lc_lab_list_parent_class)->dispose (object);
}

static void
lc_lab_list_finalize (GObject *object)
{
  LcLabList *self = LC_LAB_LIST (object);

  g_free (self->chosen_account);
  g_free (self->chosen_lab);

  G_OBJECT_CLASS (lc_lab_list_parent_class)->finalize (object);
}

static void
lc_lab_list_class_init (LcLabListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lc_lab_list_dispose;
  object_class->finalize = lc_lab_list_finalize;
  object_class->get_property = lc_lab_list_get_property;

  properties[PROP_SELECTED] =
      g_param_spec_object ("selected", NULL, NULL, LC_TYPE_LAB,
                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[ACTIVATED] = g_signal_new ("activated", LC_TYPE_LAB_LIST, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-lab-list.ui");
  gtk_widget_class_bind_template_child (widget_class, LcLabList, list_box);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
lc_lab_list_init (LcLabList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  recall (self);
}

void
lc_lab_list_set_context (LcLabList *self, LcRegistry *registry, LcCatalog *catalog)
{
  GtkSorter *sorter = GTK_SORTER (gtk_custom_sorter_new (compare_accounts_cb, NULL, NULL));

  self->registry = g_object_ref (registry);
  self->labs =
      G_LIST_MODEL (gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (catalog)), sorter));

  /* Before and after the list box itself follows. */
  g_signal_connect_object (self->labs, "items-changed", G_CALLBACK (labs_changing_cb), self,
                           G_CONNECT_SWAPPED);
  self->changing = TRUE;
  gtk_list_box_bind_model (self->list_box, self->labs, create_row_cb, NULL, NULL);
  g_signal_connect_object (self->labs, "items-changed", G_CALLBACK (labs_changed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_list_box_set_header_func (self->list_box, update_header_cb, self, NULL);
  g_signal_connect_object (accounts (self), "items-changed",
                           G_CALLBACK (gtk_list_box_invalidate_headers), self->list_box,
                           G_CONNECT_SWAPPED);
  labs_changed_cb (self);
}

LcLab *
lc_lab_list_get_selected (LcLabList *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list_box);

  return row != NULL ? lab_of (row) : NULL;
}
