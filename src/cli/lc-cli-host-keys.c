/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-cli.h"

#include "lc-config.h"
#include <glib/gi18n-lib.h>

#include "lc-cli-error.h"
#include "lc-cli-json.h"
#include "lc-cli-table.h"

static gboolean as_json;

static const GOptionEntry entries[] = { { "json", 0, 0, G_OPTION_ARG_NONE, &as_json,
                                          N_ ("Print JSON"), NULL },
                                        G_OPTION_ENTRY_NULL };

static const char *
describe_source (LcTrustSource source)
{
  switch (source)
    {
    case LC_TRUST_RESET:
      return _ ("asked, after a reset");
    case LC_TRUST_OPENSSH:
      return _ ("known to OpenSSH");
    case LC_TRUST_ASKED:
    default:
      return _ ("asked");
    }
}

static void
add_json (JsonBuilder *builder, const LcTrustedKey *key)
{
  g_autofree char *when = key->when != NULL ? g_date_time_format_iso8601 (key->when) : NULL;

  json_builder_begin_object (builder);
  lc_cli_json_add_string (builder, "machine", key->machine_name);
  lc_cli_json_add_string (builder, "alias", key->alias);
  json_builder_set_member_name (builder, "resets");
  json_builder_add_int_value (builder, key->incarnation);
  lc_cli_json_add_string (builder, "algorithm", lc_host_key_get_algorithm (key->key));
  json_builder_set_member_name (builder, "bits");
  json_builder_add_int_value (builder, lc_host_key_get_bits (key->key));
  lc_cli_json_add_string (builder, "fingerprint", lc_host_key_get_fingerprint (key->key));
  lc_cli_json_add_string (builder, "trustedAt", when);
  lc_cli_json_add_string (builder, "trustedHow", lc_trust_source_name (key->source));
  lc_cli_json_add_string (builder, "trustedBy", key->by);
  json_builder_end_object (builder);
}

static void
add_row (LcCliTable *table, const LcTrustedKey *key)
{
  g_autoptr (GDateTime) local = key->when != NULL ? g_date_time_to_local (key->when) : NULL;
  g_autofree char *when = local != NULL ? g_date_time_format (local, "%Y-%m-%d %H:%M") : NULL;
  g_autofree char *kind =
      g_strdup_printf ("%s %u", lc_host_key_get_kind (key->key), lc_host_key_get_bits (key->key));

  lc_cli_table_add (table, key->machine_name != NULL ? key->machine_name : key->alias, kind,
                    lc_host_key_get_fingerprint (key->key), when, key->by,
                    describe_source (key->source));
}

static gboolean
run_host_keys (LcCli *cli, char **arguments, GError **error)
{
  LcRegistry *registry = lc_composition_get_registry (cli->composition);
  g_autoptr (GPtrArray) keys = NULL;
  g_autoptr (LcCliTable) table = lc_cli_table_new (_ ("MACHINE"), _ ("KIND"), _ ("FINGERPRINT"),
                                                   _ ("TRUSTED"), _ ("BY"), _ ("HOW"), NULL);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *text = NULL;

  if (arguments[0] != NULL && !g_str_equal (arguments[0], "list"))
    {
      g_propagate_error (error, lc_cli_usage_error (_ ("“%s” is nothing to do with host keys"),
                                                    arguments[0]));
      return FALSE;
    }
  keys = lc_host_key_store_list (lc_registry_get_host_keys (registry), error);
  if (keys == NULL)
    return FALSE;

  json_builder_begin_array (builder);
  for (guint i = 0; i < keys->len; i++)
    {
      add_json (builder, g_ptr_array_index (keys, i));
      add_row (table, g_ptr_array_index (keys, i));
    }
  json_builder_end_array (builder);

  text = as_json ? lc_cli_json_format (builder) : lc_cli_table_format (table);
  g_print ("%s", text);
  return TRUE;
}

const LcCliCommand lc_cli_host_keys = {
  .name = "host-keys",
  .arguments = N_ ("[list]"),
  .summary = N_ ("List the host keys that are trusted, with when and by whom"),
  .entries = entries,
  .n_optional = 1,
  .run = run_host_keys,
};
