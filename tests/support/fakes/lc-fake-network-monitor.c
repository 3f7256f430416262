/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-fake-network-monitor.h"

struct _LcFakeNetworkMonitor
{
  GObject parent_instance;
  gboolean available;
};

static void initable_init (GInitableIface *iface);
static void network_monitor_init (GNetworkMonitorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LcFakeNetworkMonitor,
                               lc_fake_network_monitor,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, initable_init)
                                   G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR,
                                                          network_monitor_init))

enum
{
  PROP_0,
  PROP_NETWORK_AVAILABLE,
  PROP_NETWORK_METERED,
  PROP_CONNECTIVITY,
};

static gboolean
initialise (GInitable *initable, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
initable_init (GInitableIface *iface)
{
  iface->init = initialise;
}

static gboolean
can_reach (GNetworkMonitor *monitor,
           GSocketConnectable *connectable,
           GCancellable *cancellable,
           GError **error)
{
  if (LC_FAKE_NETWORK_MONITOR (monitor)->available)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, "There is no network");
  return FALSE;
}

static void
network_monitor_init (GNetworkMonitorInterface *iface)
{
  iface->can_reach = can_reach;
}

static void
lc_fake_network_monitor_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LcFakeNetworkMonitor *self = LC_FAKE_NETWORK_MONITOR (object);

  switch (id)
    {
    case PROP_NETWORK_AVAILABLE:
      g_value_set_boolean (value, self->available);
      break;
    case PROP_NETWORK_METERED:
      g_value_set_boolean (value, FALSE);
      break;
    case PROP_CONNECTIVITY:
      g_value_set_enum (value, self->available ? G_NETWORK_CONNECTIVITY_FULL
                                               : G_NETWORK_CONNECTIVITY_LOCAL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
lc_fake_network_monitor_class_init (LcFakeNetworkMonitorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = lc_fake_network_monitor_get_property;
  g_object_class_override_property (object_class, PROP_NETWORK_AVAILABLE, "network-available");
  g_object_class_override_property (object_class, PROP_NETWORK_METERED, "network-metered");
  g_object_class_override_property (object_class, PROP_CONNECTIVITY, "connectivity");
}

static void
lc_fake_network_monitor_init (LcFakeNetworkMonitor *self)
{
  self->available = TRUE;
}

void
lc_fake_network_monitor_install (void)
{
  /* What GIO itself does first: without it there is no extension point yet. */
  g_io_extension_point_register (G_NETWORK_MONITOR_EXTENSION_POINT_NAME);
  g_io_extension_point_implement (G_NETWORK_MONITOR_EXTENSION_POINT_NAME,
                                  LC_TYPE_FAKE_NETWORK_MONITOR, "fake", G_MAXINT);
  g_assert_true (LC_IS_FAKE_NETWORK_MONITOR (g_network_monitor_get_default ()));
}

void
lc_fake_network_monitor_set_available (gboolean available)
{
  LcFakeNetworkMonitor *self = LC_FAKE_NETWORK_MONITOR (g_network_monitor_get_default ());

  self->available = available;
  g_object_notify (G_OBJECT (self), "network-available");
  g_signal_emit_by_name (self, "network-changed", available);
}
