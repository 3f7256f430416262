/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lc-host-key-art.h"

#include <string.h>

#define WIDTH  17
#define HEIGHT 9

/* What a field looks like by the number of visits; the last two mark where the walk began and
 * ended. */
static const char looks[] = " .o+=*BOX@%&#/^SE";

#define MOST_VISITS (sizeof looks - 4)
#define START       (sizeof looks - 3)
#define END         (sizeof looks - 2)

/* Two bits are one diagonal step, the lowest pair of each byte first; walls are slid along. */
static void
walk (const guint8 *digest, gsize length, guint8 fields[HEIGHT][WIDTH])
{
  int x = WIDTH / 2;
  int y = HEIGHT / 2;

  memset (fields, 0, HEIGHT * WIDTH);
  for (gsize i = 0; i < length * 4; i++)
    {
      int pair = digest[i / 4] >> (i % 4 * 2);

      x = CLAMP (x + (pair & 1 ? 1 : -1), 0, WIDTH - 1);
      y = CLAMP (y + (pair & 2 ? 1 : -1), 0, HEIGHT - 1);
      if (fields[y][x] < MOST_VISITS)
        fields[y][x]++;
    }
  fields[HEIGHT / 2][WIDTH / 2] = START;
  fields[y][x] = END;
}

static void
append_border (GString *art, const char *title)
{
  gsize length = strlen (title);

  g_string_append_c (art, '+');
  for (gsize i = 0; i < (WIDTH - length) / 2; i++)
    g_string_append_c (art, '-');
  g_string_append (art, title);
  for (gsize i = (WIDTH - length) / 2 + length; i < WIDTH; i++)
    g_string_append_c (art, '-');
  g_string_append_c (art, '+');
}

/* With the length, or without where that is too wide. */
static char *
make_title (LcHostKey *key)
{
  char *title = g_strdup_printf ("[%s %u]", lc_host_key_get_kind (key), lc_host_key_get_bits (key));

  if (strlen (title) > WIDTH)
    {
      g_free (title);
      title = g_strdup_printf ("[%.*s]", WIDTH - 2, lc_host_key_get_kind (key));
    }
  return title;
}

char *
lc_host_key_dup_art (LcHostKey *key)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  GBytes *blob = lc_host_key_get_blob (key);
  g_autofree char *title = make_title (key);
  GString *art = g_string_new (NULL);
  guint8 fields[HEIGHT][WIDTH];
  guint8 digest[32];
  gsize length = sizeof digest;

  g_checksum_update (checksum, g_bytes_get_data (blob, NULL), g_bytes_get_size (blob));
  g_checksum_get_digest (checksum, digest, &length);
  walk (digest, length, fields);

  append_border (art, title);
  for (int y = 0; y < HEIGHT; y++)
    {
      g_string_append (art, "\n|");
      for (int x = 0; x < WIDTH; x++)
        g_string_append_c (art, looks[fields[y][x]]);
      g_string_append_c (art, '|');
    }
  g_string_append_c (art, '\n');
  append_border (art, "[SHA256]");
  return g_string_free_and_steal (art);
}
