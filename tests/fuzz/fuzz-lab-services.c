/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Machines as Lab Services describes them, their ids, and an invitation that somebody pasted. */

#include <lc-lab-services-decode.h>
#include <lc-lab-services-invitation.h>
#include <lc-validate.h>
#include <string.h>

#include "fuzz.h"

static void
check_machine (LcMachine *machine)
{
  const char *host;

  if (machine == NULL)
    return;
  host = lc_machine_get_host (machine);
  g_assert_true (host == NULL || lc_is_valid_host (host));
  host = lc_machine_get_rdp_host (machine);
  g_assert_true (host == NULL || lc_is_valid_host (host));
  g_assert_nonnull (lc_machine_get_id (machine));
  g_assert_nonnull (lc_machine_get_name (machine));
  g_object_unref (machine);
}

static void
check_item (LcJsonReader *item)
{
  lc_lab_services_has_details (item);
  check_machine (lc_lab_services_decode_details (item, "account"));
  check_machine (lc_lab_services_decode_environment (item, "account", "object"));
  check_machine (lc_lab_services_decode_setting (item, "account"));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = fuzz_dup_text (data, size);
  g_autofree char *lab_id = lc_lab_services_dup_lab_id (text);
  g_autofree char *code = lc_lab_services_parse_invitation (text);
  g_autoptr (LcJsonReader) reader = lc_json_reader_new ((const char *) data, size, NULL);
  g_autoptr (LcJsonReader) list = NULL;

  if (code != NULL)
    g_assert_null (strpbrk (code, "/?#% \r\n"));
  lc_lab_services_is_setting_id (text);
  lc_lab_services_parse_state (text, text);
  if (reader == NULL)
    return 0;
  check_item (reader);
  list = lc_json_reader_get_member (reader, "environments");
  for (guint i = 0; i < MIN (lc_json_reader_get_length (list), 4); i++)
    {
      g_autoptr (LcJsonReader) element = lc_json_reader_get_element (list, i);

      check_item (element);
    }
  return 0;
}
