/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What only a sandbox has: faults, the clock, a big lab. Reachable from this computer alone, as all
 * of the service is. */

#include "rest-common.h"

#include "sb-seed.h"
#include "sb-util.h"

/* A form on some web page cannot send this type without asking first, and is never allowed to. */
static JsonObject *
dup_command (SbRequest *request, GError **error)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (request->message);

  if (g_strcmp0 (soup_message_headers_get_content_type (headers, NULL), "application/json") == 0)
    return sb_request_dup_json (request, error);

  g_set_error_literal (error, SB_ERROR, SB_ERROR_INVALID_CONTENT,
                       "The request content must be of type application/json.");
  return NULL;
}

static gboolean
list_faults (SbService *self, SbRequest *request, GError **error)
{
  JsonObject *answer = json_object_new ();

  json_object_set_array_member (answer, "value", sb_faults_list (sb_service_get_faults (self)));
  sb_request_reply_json (request, SOUP_STATUS_OK, answer);

  return TRUE;
}

static gboolean
add_fault (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) command = dup_command (request, error);

  if (command == NULL || !sb_faults_add (sb_service_get_faults (self), command, error))
    return FALSE;

  sb_request_reply_empty (request, SOUP_STATUS_NO_CONTENT);
  return TRUE;
}

static gboolean
clear_faults (SbService *self, SbRequest *request, GError **error)
{
  sb_faults_clear (sb_service_get_faults (self));
  sb_request_reply_empty (request, SOUP_STATUS_NO_CONTENT);

  return TRUE;
}

static gboolean
advance_clock (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) command = dup_command (request, error);
  gint64 seconds = 0;

  if (command == NULL ||
      !sb_json_get_int (command, "advanceSeconds", 0, 366 * 86400, &seconds, error))
    return FALSE;

  sb_clock_advance (seconds * SB_SECOND);
  sb_labs_count_usage (sb_service_get_labs (self));
  sb_request_reply_empty (request, SOUP_STATUS_NO_CONTENT);

  return TRUE;
}

static gboolean
seed_many (SbService *self, SbRequest *request, GError **error)
{
  g_autoptr (JsonObject) command = dup_command (request, error);
  const char *name, *claimed_by;
  gint64 count = 5000;

  if (command == NULL || !sb_json_get_text (command, "lab", TRUE, &name, error) ||
      !sb_rest_check_name (name, error) ||
      !sb_json_get_text (command, "claimedBy", FALSE, &claimed_by, error) ||
      !sb_json_get_int (command, "count", 1, 20000, &count, error) ||
      !sb_seed_many (sb_service_get_store (self), sb_service_get_labs (self), name, count,
                     claimed_by, error))
    return FALSE;

  sb_request_reply_empty (request, SOUP_STATUS_NO_CONTENT);
  return TRUE;
}

const SbRoute sb_control_routes[] = {
  { "GET", "/sandbox/faults", SB_ROUTE_OPEN, NULL, list_faults },
  { "POST", "/sandbox/faults", SB_ROUTE_OPEN, NULL, add_fault },
  { "DELETE", "/sandbox/faults", SB_ROUTE_OPEN, NULL, clear_faults },
  { "POST", "/sandbox/clock", SB_ROUTE_OPEN, NULL, advance_clock },
  { "POST", "/sandbox/seed-many", SB_ROUTE_OPEN, NULL, seed_many },
  { NULL, NULL, SB_ROUTE_OPEN, NULL, NULL },
};
