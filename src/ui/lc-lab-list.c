/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-lab-list.h"

struct _LcLabList
{
  AdwBin parent_instance;

  LcRegistry *registry;

  GtkListView *list_view;
  GtkSingleSelection *selection;
  GtkListItemFactory *header_factory;
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

static void
header_setup_cb (LcLabList *self, GtkListHeader *header)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_margin_start (label, 14);
  gtk_widget_set_margin_end (label, 14);
  gtk_widget_set_margin_top (label, 12);
  gtk_widget_set_margin_bottom (label, 6);
  gtk_widget_add_css_class (label, "caption-heading");
  gtk_widget_add_css_class (label, "dimmed");
  gtk_list_header_set_child (header, label);
}

static void
header_bind_cb (LcLabList *self, GtkListHeader *header)
{
  LcLab *lab = gtk_list_header_get_item (header);
  LcAccountStore *store = lc_registry_get_accounts (self->registry);
  LcAccount *account = lc_account_store_find (store, lc_lab_get_account_id (lab));
  GtkWidget *label = gtk_list_header_get_child (header);

  gtk_label_set_label (GTK_LABEL (label),
                       account != NULL ? lc_account_get_user_name (account) : "");
}

static void
update_headers (LcLabList *self)
{
  gboolean several = g_list_model_get_n_items (accounts (self)) > 1;

  gtk_list_view_set_header_factory (self->list_view, several ? self->header_factory : NULL);
}

static void
selected_cb (LcLabList *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

static void
activate_cb (LcLabList *self, guint position)
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

  gtk_widget_dispose_template (GTK_WIDGET (self), LC_TYPE_LAB_LIST);
  g_clear_object (&self->header_factory);
  g_clear_object (&self->registry);

  G_OBJECT_CLASS (lc_lab_list_parent_class)->dispose (object);
}

static void
lc_lab_list_class_init (LcLabListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lc_lab_list_dispose;
  object_class->get_property = lc_lab_list_get_property;

  properties[PROP_SELECTED] =
      g_param_spec_object ("selected", NULL, NULL, LC_TYPE_LAB,
                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[ACTIVATED] = g_signal_new ("activated", LC_TYPE_LAB_LIST, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (LC_TYPE_LAB);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/com/example/LabConnect/ui/lc-lab-list.ui");
  gtk_widget_class_bind_template_child (widget_class, LcLabList, list_view);
  gtk_widget_class_bind_template_child (widget_class, LcLabList, selection);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
}

static void
lc_lab_list_init (LcLabList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->header_factory = gtk_signal_list_item_factory_new ();
  g_signal_connect_object (self->header_factory, "setup", G_CALLBACK (header_setup_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->header_factory, "bind", G_CALLBACK (header_bind_cb), self,
                           G_CONNECT_SWAPPED);
}

void
lc_lab_list_set_context (LcLabList *self, LcRegistry *registry, LcCatalog *catalog)
{
  GtkSorter *sorter = GTK_SORTER (gtk_custom_sorter_new (compare_accounts_cb, NULL, NULL));
  GtkSortListModel *sorted = gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (catalog)), NULL);

  self->registry = g_object_ref (registry);
  gtk_sort_list_model_set_section_sorter (sorted, sorter);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (sorted));
  g_signal_connect_object (accounts (self), "items-changed", G_CALLBACK (update_headers), self,
                           G_CONNECT_SWAPPED);
  update_headers (self);
  g_object_unref (sorter);
  g_object_unref (sorted);
}

LcLab *
lc_lab_list_get_selected (LcLabList *self)
{
  return gtk_single_selection_get_selected_item (self->selection);
}
