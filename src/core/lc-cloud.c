/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-cloud.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "lc-error.h"
#include "lc-list-sync.h"

struct _LcCloud
{
  GObject parent_instance;
  char *id;
  char *name;
  char *authority;
  char *resource_manager;
  gboolean local;
};

G_DEFINE_FINAL_TYPE (LcCloud, lc_cloud, G_TYPE_OBJECT)

/* CONTRACTS 2. The names are the services' own: not translated. */
static const struct
{
  const char *id;
  const char *name;
  const char *authority;
  const char *resource_manager;
} builtin_clouds[] = {
  { "azure", "Microsoft Azure", "https://login.microsoftonline.com",
    "https://management.azure.com" },
  { "azure-us-government", "Microsoft Azure Government", "https://login.microsoftonline.us",
    "https://management.usgovcloudapi.net" },
  { "azure-china", "Microsoft Azure China (21Vianet)", "https://login.partner.microsoftonline.cn",
    "https://management.chinacloudapi.cn" },
};

#define FILE_GROUP  "Cloud"
#define FILE_SUFFIX ".cloud"

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  return g_ascii_strcasecmp (host, "localhost") == 0;
}

/* A base URL without what may not be in one. */
static char *
check_url (const char *text, gboolean *local, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_ENCODED, NULL);
  g_autofree char *url = NULL;
  gsize length;

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' ||
      g_uri_get_userinfo (uri) != NULL || g_uri_get_query (uri) != NULL ||
      g_uri_get_fragment (uri) != NULL)
    {
      g_propagate_error (error,
                         lc_error_new (LC_ERROR_INVALID_INPUT, "“%s” is not a base URL", text));
      return NULL;
    }
  *local = is_loopback (g_uri_get_host (uri));
  if (!g_str_equal (g_uri_get_scheme (uri), "https") &&
      !(*local && g_str_equal (g_uri_get_scheme (uri), "http")))
    {
      g_propagate_error (error, lc_error_new (LC_ERROR_INVALID_INPUT,
                                              "“%s” must be https: only a service on this computer "
                                              "may be asked without encryption",
                                              text));
      return NULL;
    }

  url = g_uri_to_string (uri);
  for (length = strlen (url); length > 0 && url[length - 1] == '/'; length--)
    url[length - 1] = '\0';
  return g_steal_pointer (&url);
}

static gboolean
is_process_alive (gint64 pid)
{
  return pid > 0 && pid <= G_MAXINT && (kill (pid, 0) == 0 || errno == EPERM);
}

/* Files are written by services that run as this person; still only what is on this computer is
 * taken from them. */
static LcCloud *
load_cloud_file (const char *path)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *name = NULL;
  g_autofree char *authority = NULL;
  g_autofree char *resource_manager = NULL;
  g_autoptr (LcCloud) cloud = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error))
    {
      g_debug ("%s: %s", path, error->message);
      return NULL;
    }
  if (!is_process_alive (g_key_file_get_int64 (file, FILE_GROUP, "ProcessId", NULL)))
    return NULL;
  name = g_key_file_get_string (file, FILE_GROUP, "Name", NULL);
  authority = g_key_file_get_string (file, FILE_GROUP, "Authority", NULL);
  resource_manager = g_key_file_get_string (file, FILE_GROUP, "ResourceManager", NULL);
  if (authority == NULL || resource_manager == NULL)
    return NULL;
  cloud = lc_cloud_new (resource_manager, name, authority, resource_manager, &error);
  if (cloud == NULL)
    g_message ("%s: %s", path, error->message);
  return cloud != NULL && cloud->local ? g_steal_pointer (&cloud) : NULL;
}

static char *
cloud_folder (void)
{
  return g_build_filename (g_get_user_runtime_dir (), "labconnect", "clouds", NULL);
}

static LcCloud *
builtin_cloud (guint position)
{
  return lc_cloud_new (builtin_clouds[position].id, builtin_clouds[position].name,
                       builtin_clouds[position].authority,
                       builtin_clouds[position].resource_manager, NULL);
}

static const char *
cloud_id (gpointer item)
{
  return lc_cloud_get_id (item);
}

static void
keep_cloud (gpointer item, gpointer fresh)
{
  /* Clouds are immutable. */
}

static void
load_clouds (GListStore *list)
{
  g_autoptr (GListStore) fresh = g_list_store_new (LC_TYPE_CLOUD);
  g_autofree char *folder = cloud_folder ();
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  for (guint i = 0; i < G_N_ELEMENTS (builtin_clouds); i++)
    {
      g_autoptr (LcCloud) cloud = builtin_cloud (i);

      g_list_store_append (fresh, cloud);
    }
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (LcCloud) cloud =
          g_str_has_suffix (name, FILE_SUFFIX) ? load_cloud_file (path) : NULL;

      if (cloud != NULL)
        g_list_store_append (fresh, cloud);
    }
  lc_list_sync (list, G_LIST_MODEL (fresh), cloud_id, keep_cloud);
}

static void
folder_changed_cb (GFileMonitor *monitor,
                   GFile *file,
                   GFile *other,
                   GFileMonitorEvent event,
                   gpointer user_data)
{
  load_clouds (user_data);
}

static void
lc_cloud_finalize (GObject *object)
{
  LcCloud *self = LC_CLOUD (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->authority);
  g_free (self->resource_manager);
  G_OBJECT_CLASS (lc_cloud_parent_class)->finalize (object);
}

static void
lc_cloud_class_init (LcCloudClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lc_cloud_finalize;
}

static void
lc_cloud_init (LcCloud *self)
{
}

LcCloud *
lc_cloud_new (const char *id,
              const char *name,
              const char *authority,
              const char *resource_manager,
              GError **error)
{
  gboolean authority_local = FALSE, resource_manager_local = FALSE;
  g_autofree char *authority_url = check_url (authority, &authority_local, error);
  g_autofree char *resource_manager_url = NULL;
  LcCloud *self;

  if (authority_url == NULL)
    return NULL;
  resource_manager_url = check_url (resource_manager, &resource_manager_local, error);
  if (resource_manager_url == NULL)
    return NULL;

  self = g_object_new (LC_TYPE_CLOUD, NULL);
  self->id = g_strdup (id);
  self->name = g_strdup (name != NULL && *name != '\0' ? name : id);
  self->authority = g_steal_pointer (&authority_url);
  self->resource_manager = g_steal_pointer (&resource_manager_url);
  self->local = authority_local && resource_manager_local;
  return self;
}

LcCloud *
lc_cloud_new_for_url (const char *url, GError **error)
{
  gboolean local;
  g_autofree char *id = check_url (url, &local, error);

  return id != NULL ? lc_cloud_new (id, NULL, id, id, error) : NULL;
}

const char *
lc_cloud_get_id (LcCloud *self)
{
  return self->id;
}

const char *
lc_cloud_get_name (LcCloud *self)
{
  return self->name;
}

const char *
lc_cloud_get_authority (LcCloud *self)
{
  return self->authority;
}

const char *
lc_cloud_get_resource_manager (LcCloud *self)
{
  return self->resource_manager;
}

gboolean
lc_cloud_is_local (LcCloud *self)
{
  return self->local;
}

char *
lc_cloud_dup_scope (LcCloud *self)
{
  return g_strconcat (self->resource_manager, "/.default", NULL);
}

GListModel *
lc_cloud_list (void)
{
  GListStore *list = g_list_store_new (LC_TYPE_CLOUD);
  g_autofree char *path = cloud_folder ();
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  GFileMonitor *monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);

  load_clouds (list);
  if (monitor != NULL)
    {
      g_signal_connect_object (monitor, "changed", G_CALLBACK (folder_changed_cb), list,
                               G_CONNECT_DEFAULT);
      g_object_set_data_full (G_OBJECT (list), "lc-monitor", monitor, g_object_unref);
    }
  return G_LIST_MODEL (list);
}

LcCloud *
lc_cloud_for_id (const char *id, GError **error)
{
  g_autoptr (GListStore) list = g_list_store_new (LC_TYPE_CLOUD);

  load_clouds (list);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (LcCloud) cloud = g_list_model_get_item (G_LIST_MODEL (list), i);

      if (g_ascii_strcasecmp (cloud->id, id) == 0)
        return g_steal_pointer (&cloud);
    }
  return lc_cloud_new_for_url (id, error);
}
