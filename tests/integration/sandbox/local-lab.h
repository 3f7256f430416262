/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

/**
 * LocalLab:
 *
 * The real labconnect-sandbox with the built-in seed and a state of its own, and somebody at a
 * browser who fills in its sign-in page. Works in the test's own main loop.
 */
typedef struct _LocalLab LocalLab;

/* Nullable: no root rights or no machine image here; then the test is skipped, or fails where
 * everything is required. */
LocalLab *local_lab_start (const char *program);

/* Ends it as SIGTERM does, and removes its state. */
void local_lab_stop (LocalLab *self);
const char *local_lab_get_url (LocalLab *self);

/* Opens the page, fills in the form and sends it. @user_code: (nullable): for the page of the
 * device code flow. Returns: (transfer full): the page that follows in the end */
char *local_lab_sign_in (LocalLab *self,
                         const char *page,
                         const char *user_code,
                         const char *user_name,
                         const char *password);

/* POST {url}{path} with a JSON body; it must succeed. */
void local_lab_control (LocalLab *self, const char *path, const char *json);

/* Drops all faults. */
void local_lab_forget_faults (LocalLab *self);
