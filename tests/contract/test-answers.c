/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "api-description.h"
#include "await.h"
#include "fake-authorizer.h"
#include "lc-entra-tokens.h"
#include "lc-error.h"
#include "lc-lab-services-provider.h"

/* Recorded and hand-written answers, played back to the client. */

/* Answers as the exchange with the same path says; 404 otherwise. */
static void
replay_cb (MockServer *server,
           SoupServerMessage *message,
           const MockRequest *request,
           guint number,
           gpointer user_data)
{
  JsonArray *exchanges = user_data;

  for (guint i = 0; i < json_array_get_length (exchanges); i++)
    {
      JsonObject *exchange = json_array_get_object_element (exchanges, i);
      JsonObject *asked = json_object_get_object_member (exchange, "request");
      JsonObject *answer = json_object_get_object_member (exchange, "response");
      g_autoptr (GUri) uri =
          g_uri_parse (json_object_get_string_member (asked, "url"), G_URI_FLAGS_ENCODED, NULL);
      g_autofree char *body = NULL;

      if (g_ascii_strcasecmp (g_uri_get_path (uri), request->path) != 0)
        continue;
      if (json_object_has_member (answer, "body"))
        body = json_to_string (json_object_get_member (answer, "body"), FALSE);
      mock_reply (message, json_object_get_int_member (answer, "status"), body);
      return;
    }
  mock_reply (message, 404, "{\"error\": {\"code\": \"InvalidResourceType\"}}");
}

static JsonArray *
exchanges_of (JsonNode *example)
{
  return json_object_get_array_member (json_node_get_object (example), "exchanges");
}

static LcProvider *
new_provider (MockServer *server)
{
  g_autoptr (LcCloud) cloud = lc_cloud_new_for_url (mock_server_get_uri (server), NULL);
  g_autoptr (LcAccount) account =
      lc_account_new (cloud, "tenant", "ada-1", "ada@school.example", NULL);
  g_autoptr (FakeAuthorizer) authorizer = fake_authorizer_new (0);

  return LC_PROVIDER (lc_lab_services_provider_new (account, LC_AUTHORIZER (authorizer)));
}

static GListModel *
await_list (DexFuture *future)
{
  g_autoptr (GError) error = NULL;
  g_auto (GValue) value = G_VALUE_INIT;

  await_future (future, 20, &value, &error);
  g_assert_no_error (error);
  return g_value_dup_object (&value);
}

static JsonNode *
load (const char *name, gconstpointer full)
{
  g_autofree char *path = NULL;
  JsonNode *node;

  if (full != NULL)
    path = g_build_filename ("handwritten", name, NULL);
  node = api_example_load (path != NULL ? path : name, full != NULL);
  g_assert_nonnull (node);
  return node;
}

static void
test_student (gconstpointer full)
{
  g_autoptr (JsonNode) example = load ("labaccount-student-environments.json", full);
  g_autoptr (MockServer) server = mock_server_new (replay_cb, exchanges_of (example));
  g_autoptr (LcProvider) provider = new_provider (server);
  g_autoptr (GListModel) labs = await_list (lc_provider_list_labs (provider));
  g_autoptr (LcLab) lab = g_list_model_get_item (labs, 0);
  g_autoptr (LcMachine) machine = NULL;

  g_assert_cmpuint (g_list_model_get_n_items (labs), ==, 1);
  g_assert_cmpstr (lc_lab_get_name (lab), ==, "oldlab");
  g_assert_cmpuint (g_list_model_get_n_items (lc_lab_get_machines (lab)), ==, 1);
  machine = g_list_model_get_item (lc_lab_get_machines (lab), 0);
  g_assert_cmpstr (lc_machine_get_name (machine), ==, "ml-lab-vm-7");
  g_assert_cmpint (lc_machine_get_state (machine), ==, LC_MACHINE_STATE_STOPPED);
  g_assert_cmpint (lc_machine_get_system (machine), ==, LC_MACHINE_SYSTEM_LINUX);
  g_assert_cmpuint (lc_machine_get_ssh_port (machine), ==, 49170);
  g_assert_cmpstr (lc_machine_get_login (machine), ==, "student");
  g_assert_cmpint (lc_machine_get_usage (machine), ==, 5400);
  g_assert_null (lc_machine_get_problem (machine));
}

static void
test_teacher (void)
{
  g_autoptr (JsonNode) example = load ("labaccount-teacher-lists.json", NULL);
  g_autoptr (MockServer) server = mock_server_new (replay_cb, exchanges_of (example));
  g_autoptr (LcProvider) provider = new_provider (server);
  g_autoptr (GListModel) labs = await_list (lc_provider_list_labs (provider));
  g_autoptr (LcLab) lab = g_list_model_get_item (labs, 0);
  g_autoptr (GListModel) machines = await_list (lc_provider_list_machines (provider, lab));
  g_autoptr (LcMachine) template = g_list_model_get_item (machines, 0);
  g_autoptr (LcMachine) claimed = g_list_model_get_item (machines, 1);
  g_autoptr (LcMachine) free_one = g_list_model_get_item (machines, 2);

  /* The same lab twice, once in lower case. */
  g_assert_cmpuint (g_list_model_get_n_items (labs), ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (machines), ==, 3);
  g_assert_true (lc_machine_get_is_template (template));
  g_assert_cmpint (lc_machine_get_state (template), ==, LC_MACHINE_STATE_STOPPED);
  g_assert_cmpstr (lc_machine_get_claimed_by (claimed), ==, "Grace");
  g_assert_cmpint (lc_machine_get_state (claimed), ==, LC_MACHINE_STATE_RUNNING);
  g_assert_cmpint (lc_machine_get_quota (claimed), ==, 36000);
  g_assert_null (lc_machine_get_claimed_by (free_one));
  g_assert_cmpint (lc_machine_get_state (free_one), ==, LC_MACHINE_STATE_UNKNOWN);
}

/* The official lists, put together. */
static JsonArray *
official_exchanges (void)
{
  const struct
  {
    const char *path;
    const char *example;
  } lists[] = {
    { "/subscriptions", "resources-2022-12-01/GetSubscriptions.json" },
    { "/subscriptions/%7Bsubscription-id%7D/resourcegroups/myResourceGroup/providers/"
      "microsoft.labservices/labaccounts/%7Bdevtestlab-name%7D/labs",
      "labservices-2018-10-15/Labs_List.json" },
  };
  JsonArray *exchanges = json_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autoptr (JsonNode) node = api_example_load (lists[i].example, TRUE);
      JsonObject *answers, *body;
      g_autofree char *text = NULL;
      g_autofree char *all = NULL;
      g_autoptr (JsonNode) exchange = NULL;

      g_assert_nonnull (node);
      answers = json_object_get_object_member (json_node_get_object (node), "responses");
      body = json_object_get_object_member (json_object_get_object_member (answers, "200"), "body");
      if (json_object_has_member (body, "nextLink"))
        json_object_set_null_member (body, "nextLink"); /* "..." in the example */
      text = json_to_string (
          json_object_get_member (json_object_get_object_member (answers, "200"), "body"), FALSE);
      all = g_strdup_printf ("{\"request\": {\"url\": \"https://host%s\"}, \"response\":"
                             " {\"status\": 200, \"body\": %s}}",
                             lists[i].path, text);
      exchange = json_from_string (all, NULL);
      json_array_add_element (exchanges, g_steal_pointer (&exchange));
    }
  return exchanges;
}

static void
test_official_lists (void)
{
  g_autoptr (JsonArray) exchanges = official_exchanges ();
  g_autoptr (JsonNode) accounts = json_from_string (
      "{\"request\": {\"url\": \"https://host/subscriptions/291bba3f-e0a5-47bc-a099-3bdcb2a50a05/"
      "providers/Microsoft.LabServices/labaccounts\"}, \"response\": {\"status\": 200, \"body\":"
      " {\"value\": [{\"id\": \"/subscriptions/{subscription-id}/resourcegroups/myResourceGroup/"
      "providers/microsoft.labservices/labaccounts/{devtestlab-name}\"}]}}}",
      NULL);
  g_autoptr (MockServer) server = mock_server_new (replay_cb, exchanges);
  g_autoptr (LcProvider) provider = new_provider (server);
  g_autoptr (GListModel) labs = NULL;
  g_autoptr (LcLab) lab = NULL;

  json_array_add_element (exchanges, g_steal_pointer (&accounts));
  labs = await_list (lc_provider_list_labs (provider));
  lab = g_list_model_get_item (labs, 0);
  g_assert_cmpuint (g_list_model_get_n_items (labs), ==, 1);
  g_assert_cmpstr (lc_lab_get_name (lab), ==, "{labName}");
}

/* Every error answer of ARM becomes the right code, with what support asks for. */
static void
test_arm_errors (gconstpointer full)
{
  g_autoptr (JsonNode) example = load ("arm-errors.json", full);
  JsonArray *exchanges = exchanges_of (example);
  guint seen = 0;

  for (guint i = 0; i < json_array_get_length (exchanges); i++)
    {
      JsonObject *exchange = json_array_get_object_element (exchanges, i);
      JsonObject *answer = json_object_get_object_member (exchange, "response");
      JsonObject *body = json_object_get_object_member (answer, "body");
      JsonObject *inside = json_object_get_object_member (body, "error");
      g_autofree char *text = json_to_string (json_object_get_member (answer, "body"), FALSE);
      g_autoptr (SoupMessageHeaders) headers =
          soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
      GByteArray *bytes = g_byte_array_new ();
      g_autoptr (LcHttpResponse) response = NULL;
      g_autoptr (GError) error = NULL;

      g_byte_array_append (bytes, (const guint8 *) text, strlen (text));
      soup_message_headers_append (headers, "x-ms-request-id", "0HNDPKMPVM867:00000001");
      response =
          lc_http_response_new (json_object_get_int_member (answer, "status"), headers, bytes);
      error = lc_http_response_dup_error (response);
      g_assert_true (error->domain == LC_ERROR);
      g_assert_cmpint (error->code, !=, LC_ERROR_PROTOCOL);
      g_assert_cmpint (error->code, !=, LC_ERROR_FAILED);
      g_assert_cmpstr (lc_error_get_details (error)->service_code, ==,
                       json_object_get_string_member (inside, "code"));
      g_assert_cmpstr (lc_error_get_details (error)->service_message, ==,
                       json_object_get_string_member (inside, "message"));
      g_assert_cmpstr (lc_error_get_details (error)->request_id, ==, "0HNDPKMPVM867:00000001");
      seen++;
    }
  g_assert_cmpuint (seen, >=, 5);
}

static void
check_entra_error (JsonObject *answer, JsonObject *body)
{
  g_autofree char *text = json_to_string (json_object_get_member (answer, "body"), FALSE);
  const char *code = json_object_get_string_member (body, "error");
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  GByteArray *bytes = g_byte_array_new ();
  g_autoptr (LcHttpResponse) response = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *oauth_error = NULL;

  g_byte_array_append (bytes, (const guint8 *) text, strlen (text));
  response = lc_http_response_new (json_object_get_int_member (answer, "status"), headers, bytes);
  error = lc_entra_error_for_response (response, &oauth_error);
  g_assert_cmpstr (oauth_error, ==, code);
  if (g_str_equal (code, "invalid_grant") || g_str_equal (code, "interaction_required"))
    g_assert_error (error, LC_ERROR, LC_ERROR_AUTH_REQUIRED);
  if (g_str_equal (code, "expired_token"))
    g_assert_error (error, LC_ERROR, LC_ERROR_TIMED_OUT);
  if (json_object_has_member (body, "trace_id"))
    {
      g_assert_true (g_str_has_prefix (lc_error_get_details (error)->service_code, "AADSTS"));
      g_assert_cmpstr (lc_error_get_details (error)->request_id, ==,
                       json_object_get_string_member (body, "trace_id"));
    }
}

static void
test_entra_errors (gconstpointer full)
{
  g_autoptr (JsonNode) example = load ("entra-token-and-device-code.json", full);
  JsonArray *exchanges = exchanges_of (example);
  guint seen = 0;

  for (guint i = 0; i < json_array_get_length (exchanges); i++)
    {
      JsonObject *exchange = json_array_get_object_element (exchanges, i);
      JsonObject *answer = json_object_get_object_member (exchange, "response");
      JsonObject *body = json_object_get_object_member (answer, "body");

      if (!json_object_has_member (body, "error"))
        continue;
      check_entra_error (answer, body);
      seen++;
    }
  g_assert_cmpuint (seen, >=, 4);
}

int
main (int argc, char **argv)
{
  gpointer full = GINT_TO_POINTER (TRUE);

  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_data_func ("/answers/student", NULL, test_student);
  g_test_add_func ("/answers/teacher", test_teacher);
  g_test_add_data_func ("/answers/arm-errors", NULL, test_arm_errors);
  g_test_add_data_func ("/answers/entra-errors", NULL, test_entra_errors);
  if (g_getenv ("LABCONNECT_API_DIR") != NULL)
    {
      g_test_add_data_func ("/answers/full/student", full, test_student);
      g_test_add_func ("/answers/full/official-lists", test_official_lists);
      g_test_add_data_func ("/answers/full/arm-errors", full, test_arm_errors);
      g_test_add_data_func ("/answers/full/entra-errors", full, test_entra_errors);
    }
  return g_test_run ();
}
