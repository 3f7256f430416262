/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * lc_lab_services_parse_invitation:
 * @text: a registration code, or a link that ends in "register/CODE" (CONTRACTS 8), as people paste
 *   it
 *
 * Returns: (nullable) (transfer full): the code
 */
char *lc_lab_services_parse_invitation (const char *text);

G_END_DECLS
