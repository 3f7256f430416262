/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What libFuzzer calls, and replay.c with each file of a corpus. Each target defines the first. */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);
int LLVMFuzzerInitialize (int *argc, char ***argv);

/* The input as a string, up to its first NUL. */
char *fuzz_dup_text (const guint8 *data, gsize size);

/* A file with the input in it, for what reads only files. Removed at the end of the program.
 * Transfer none; the same name each time. */
const char *fuzz_write_file (const guint8 *data, gsize size);

G_END_DECLS
