/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-config.h"

#include "lc-shortcuts-dialog.h"

#include <glib/gi18n-lib.h>

typedef enum
{
  GROUP_MACHINES,
  GROUP_GENERAL,
  N_GROUPS
} Group;

typedef struct
{
  Group group;
  const char *title;
  const char *action; /* NULL: a widget does it by itself */
  const char *keys[3];
} Shortcut;

static const Shortcut shortcuts[] = {
  { GROUP_MACHINES, N_ ("Be at Work on the Selected Machine"), NULL, { "Return" } },
  { GROUP_MACHINES,
    N_ ("Connect to the Selected Machine"),
    "win.machine-connect(('', ''))",
    { "<Control>Return" } },
  { GROUP_MACHINES, N_ ("Search"), "win.search", { "<Control>f" } },
  { GROUP_MACHINES, N_ ("Refresh"), "win.refresh", { "<Control>r", "F5" } },
  { GROUP_MACHINES, N_ ("Register With Invitation"), "win.join-lab", { "<Control>n" } },
  { GROUP_GENERAL, N_ ("Connections"), "win.connections", { "<Control>l" } },
  { GROUP_GENERAL, N_ ("Accounts"), "win.accounts", { "<Control>u" } },
  { GROUP_GENERAL, N_ ("Preferences"), "win.preferences", { "<Control>comma" } },
  { GROUP_GENERAL, N_ ("Main Menu"), NULL, { "F10" } },
  { GROUP_GENERAL, N_ ("Keyboard Shortcuts"), "win.shortcuts", { "<Control>question" } },
  { GROUP_GENERAL, N_ ("Close Window"), "window.close", { "<Control>w" } },
  { GROUP_GENERAL, N_ ("Quit"), "app.quit", { "<Control>q" } },
};

static const char *const group_titles[N_GROUPS] = {
  [GROUP_MACHINES] = N_ ("Machines"),
  [GROUP_GENERAL] = N_ ("General"),
};

static char *
dup_key_label (const char *key)
{
  guint value;
  GdkModifierType modifiers;

  if (!gtk_accelerator_parse (key, &value, &modifiers))
    return g_strdup (key);

  return gtk_accelerator_get_label (value, modifiers);
}

static GtkWidget *
make_row (const Shortcut *shortcut)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *keys = dup_key_label (shortcut->keys[0]);
  GtkWidget *label = gtk_label_new (keys);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (shortcut->title));
  gtk_widget_add_css_class (label, "dimmed");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);

  return row;
}

void
lc_shortcuts_install (GtkApplication *application)
{
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    {
      if (shortcuts[i].action != NULL)
        gtk_application_set_accels_for_action (application, shortcuts[i].action, shortcuts[i].keys);
    }
}

AdwDialog *
lc_shortcuts_dialog_new (void)
{
  AdwDialog *dialog = adw_dialog_new ();
  GtkWidget *view = adw_toolbar_view_new ();
  GtkWidget *page = adw_preferences_page_new ();
  AdwPreferencesGroup *groups[N_GROUPS];

  for (guint i = 0; i < N_GROUPS; i++)
    {
      groups[i] = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
      adw_preferences_group_set_title (groups[i], _ (group_titles[i]));
      adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), groups[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    adw_preferences_group_add (groups[shortcuts[i].group], make_row (&shortcuts[i]));

  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), page);
  adw_dialog_set_title (dialog, _ ("Keyboard Shortcuts"));
  adw_dialog_set_content_width (dialog, 420);
  adw_dialog_set_content_height (dialog, 560);
  adw_dialog_set_child (dialog, view);

  return dialog;
}
