/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-provider.h"

#include "lc-error.h"

G_DEFINE_INTERFACE (LcProvider, lc_provider, G_TYPE_OBJECT)

static DexFuture *
unsupported (LcProvider *self, const char *what)
{
  return dex_future_new_for_error (
      lc_error_new (LC_ERROR_UNSUPPORTED, "%s cannot %s", lc_provider_get_id (self), what));
}

static void
lc_provider_default_init (LcProviderInterface *iface)
{
}

const char *
lc_provider_get_id (LcProvider *self)
{
  return LC_PROVIDER_GET_IFACE (self)->get_id (self);
}

LcAccount *
lc_provider_get_account (LcProvider *self)
{
  return LC_PROVIDER_GET_IFACE (self)->get_account (self);
}

DexFuture *
lc_provider_list_labs (LcProvider *self)
{
  return LC_PROVIDER_GET_IFACE (self)->list_labs (self);
}

DexFuture *
lc_provider_list_machines (LcProvider *self, LcLab *lab)
{
  return LC_PROVIDER_GET_IFACE (self)->list_machines (self, lab);
}

DexFuture *
lc_provider_get_machine (LcProvider *self, LcMachine *machine)
{
  return LC_PROVIDER_GET_IFACE (self)->get_machine (self, machine);
}

DexFuture *
lc_provider_start_machine (LcProvider *self, LcMachine *machine, LcOperation *operation)
{
  if (LC_PROVIDER_GET_IFACE (self)->start_machine == NULL)
    return unsupported (self, "start a machine");
  return LC_PROVIDER_GET_IFACE (self)->start_machine (self, machine, operation);
}

DexFuture *
lc_provider_stop_machine (LcProvider *self, LcMachine *machine, LcOperation *operation)
{
  if (LC_PROVIDER_GET_IFACE (self)->stop_machine == NULL)
    return unsupported (self, "stop a machine");
  return LC_PROVIDER_GET_IFACE (self)->stop_machine (self, machine, operation);
}

DexFuture *
lc_provider_reset_password (LcProvider *self,
                            LcMachine *machine,
                            const char *login,
                            LcSecret *password,
                            LcOperation *operation)
{
  if (LC_PROVIDER_GET_IFACE (self)->reset_password == NULL)
    return unsupported (self, "set a password");
  return LC_PROVIDER_GET_IFACE (self)->reset_password (self, machine, login, password, operation);
}

DexFuture *
lc_provider_join_lab (LcProvider *self, const char *invitation)
{
  if (LC_PROVIDER_GET_IFACE (self)->join_lab == NULL)
    return unsupported (self, "join a lab");
  return LC_PROVIDER_GET_IFACE (self)->join_lab (self, invitation);
}
