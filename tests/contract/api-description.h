/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "mock-server.h"

/* A published API description (Swagger 2.0), as far as it says what requests look like. */
typedef struct _ApiDescription ApiDescription;

/* The file is in $LABCONNECT_API_DIR when @full, else in fixtures. Nullable: there is none. */
ApiDescription *api_description_load (const char *name, gboolean full);
void api_description_free (ApiDescription *self);

/**
 * api_description_check:
 * @complaint: (out): what is wrong with the request; %NULL when nothing is
 *
 * Returns: whether the description has the call at all
 */
gboolean api_description_check (ApiDescription *self, const MockRequest *request, char **complaint);

/* An example: one of ours in fixtures, or an official one when @full. Nullable. */
JsonNode *api_example_load (const char *name, gboolean full);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApiDescription, api_description_free)
