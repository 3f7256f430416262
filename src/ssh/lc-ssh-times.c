/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-ssh-times.h"

#include "lc-error.h"

#define UNUSED "unused"

GError *
lc_ssh_unused_error (void)
{
  LcErrorDetails details = { .service_code = (char *) UNUSED };

  return lc_error_new_with_details (LC_ERROR_TIMED_OUT, &details,
                                    "The connection was closed because nobody used it");
}

gboolean
lc_ssh_is_unused_error (const GError *error)
{
  return lc_error_has_service_code (error, UNUSED);
}
