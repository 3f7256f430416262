/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-resolve.h"

#include <gio/gio.h>

#include "lc-async.h"
#include "lc-error.h"

typedef struct
{
  char *host;
  guint16 port;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->host);
  g_free (job);
}

static DexFuture *
resolve_thread (gpointer data)
{
  Job *job = data;
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  g_autoptr (GError) error = NULL;
  g_autolist (GInetAddress) found = g_resolver_lookup_by_name (resolver, job->host, NULL, &error);
  GPtrArray *addresses;

  if (found == NULL)
    return dex_future_new_for_error (
        lc_error_new (LC_ERROR_OFFLINE, "Cannot find %s: %s", job->host, error->message));
  addresses = g_ptr_array_new_with_free_func (g_object_unref);
  for (GList *l = found; l != NULL; l = l->next)
    g_ptr_array_add (addresses, g_inet_socket_address_new (l->data, job->port));
  return dex_future_new_take_boxed (G_TYPE_PTR_ARRAY, addresses);
}

DexFuture *
lc_ssh_resolve (const char *host, guint16 port)
{
  Job *job = g_new0 (Job, 1);

  job->host = g_strdup (host);
  job->port = port;
  return lc_run_in_thread (resolve_thread, job, job_free);
}
