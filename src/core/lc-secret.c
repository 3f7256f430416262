/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-secret.h"

#include <string.h>

struct _LcSecret
{
  gatomicrefcount references;
  gsize length;
  char *text; /* NUL-terminated */
};

G_DEFINE_BOXED_TYPE (LcSecret, lc_secret, lc_secret_ref, lc_secret_unref)

static LcSecret *
secret_new (char *text, gsize length)
{
  LcSecret *self = g_new0 (LcSecret, 1);

  g_atomic_ref_count_init (&self->references);
  self->text = text;
  self->length = length;
  return self;
}

LcSecret *
lc_secret_new (const char *text)
{
  return lc_secret_new_take (g_strdup (text));
}

LcSecret *
lc_secret_new_take (char *text)
{
  return secret_new (text, strlen (text));
}

LcSecret *
lc_secret_new_for_data (const void *data, gsize length)
{
  char *text = g_malloc (length + 1);

  if (length > 0)
    memcpy (text, data, length);
  text[length] = '\0';
  return secret_new (text, length);
}

LcSecret *
lc_secret_ref (LcSecret *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
lc_secret_unref (LcSecret *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;

  explicit_bzero (self->text, self->length);
  g_free (self->text);
  g_free (self);
}

const char *
lc_secret_peek (LcSecret *self)
{
  return self->text;
}

gsize
lc_secret_get_length (LcSecret *self)
{
  return self->length;
}

gboolean
lc_secret_equal (LcSecret *self, LcSecret *other)
{
  volatile guchar difference = 0;

  if (self->length != other->length)
    return FALSE;
  for (gsize i = 0; i < self->length; i++)
    difference |= (guchar) self->text[i] ^ (guchar) other->text[i];
  return difference == 0;
}

void
lc_wipe_string (char *text)
{
  if (text == NULL)
    return;

  explicit_bzero (text, strlen (text));
  g_free (text);
}
