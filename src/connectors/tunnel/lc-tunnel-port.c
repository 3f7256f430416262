/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-tunnel-port.h"

#include "lc-config.h"

#include <glib/gi18n-lib.h>

#include "lc-async.h"
#include "lc-error.h"

LcSshForward *
lc_tunnel_open_usual_port (LcProfileStore *profiles,
                           LcMachine *machine,
                           const char *purpose,
                           LcTunnelOpenFunc open,
                           gpointer data,
                           LcOperation *operation,
                           char **notice,
                           GError **error)
{
  const char *machine_id = lc_machine_get_id (machine);
  guint16 usual = lc_profile_store_get_local_port (profiles, machine_id, purpose);
  g_autoptr (LcSshForward) forward = NULL;
  GError *local_error = NULL;
  guint16 port = 0;

  *notice = NULL;
  forward = dex_await_object (open (data, usual), &local_error);
  if (usual != 0 && g_error_matches (local_error, LC_ERROR, LC_ERROR_PORT_IN_USE))
    {
      g_clear_error (&local_error);
      forward = dex_await_object (open (data, 0), &local_error);
    }
  if (forward == NULL)
    {
      g_propagate_error (error, local_error);
      return NULL;
    }

  port = lc_ssh_forward_get_local_port (forward);
  if (usual == 0)
    lc_profile_store_set_local_port (profiles, machine_id, purpose, port);
  else if (port != usual)
    {
      *notice = g_strdup_printf (_ ("Another program uses port %u, so it is port %u this time"),
                                 usual, port);
      lc_operation_set_detail (operation, *notice);
    }

  return g_steal_pointer (&forward);
}
