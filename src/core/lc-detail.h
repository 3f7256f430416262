/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LcDetail:
 * @name: English, marked for translation with N_(), such as "Key exchange"
 * @value: as it is, never a secret
 * @personal: whether it tells who or where somebody is: then reports leave it out
 *
 * One line of what is known about something, for people who look for a fault.
 */
typedef struct
{
  const char *name;
  char *value;
  gboolean personal;
} LcDetail;

/* Returns: (transfer full) (element-type LcDetail): a list that frees what is in it */
GPtrArray *lc_details_new (void);

/* @name: a literal
 * @value: (nullable): %NULL adds nothing; made printable, since much of it comes from a server */
void lc_details_add (GPtrArray *details, const char *name, const char *value, gboolean personal);

G_END_DECLS
