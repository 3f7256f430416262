/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "lc-json-reader.h"
#include "lc-lab-services-decode.h"

/* Whatever a service sends: the reader and the decoders of Lab Services. */

static void
decode (LcJsonReader *item)
{
  g_autoptr (LcMachine) details = lc_lab_services_decode_details (item, "account");
  g_autoptr (LcMachine) environment = lc_lab_services_decode_environment (item, "account", "me");
  g_autoptr (LcMachine) template = lc_lab_services_decode_setting (item, "account");
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (LcJsonReader) root = lc_json_reader_new ((const char *) data, size, NULL);
  g_autoptr (LcJsonReader) list = NULL;
  g_autoptr (GError) error = NULL;

  if (root == NULL)
    return 0;
  decode (root);
  list = lc_json_reader_get_member (root, "environments");
  for (guint i = 0; i < lc_json_reader_get_length (list); i++)
    {
      g_autoptr (LcJsonReader) item = lc_json_reader_get_element (list, i);

      decode (item);
    }
  lc_json_reader_check (root, &error);
  return 0;
}
