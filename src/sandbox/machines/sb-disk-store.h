/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SbDiskStore:
 *
 * The disks of machines, in the state folder. A disk is a folder `disks/N`; a machine writes to one
 * and reads through to those under it. Publishing moves no data: what a template has written
 * becomes a layer that nobody writes any more, and the template goes on with an empty disk over it.
 * What no machine refers to is deleted. Every change is one atomic write of `machines/NAME.ini`.
 */
typedef struct _SbDiskStore SbDiskStore;

SbDiskStore *sb_disk_store_open (const char *state_dir, GError **error);
void sb_disk_store_free (SbDiskStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SbDiskStore, sb_disk_store_free)

/* A disk of no machine, gone after the next sb_disk_store_collect(); (transfer full). */
char *sb_disk_store_make_scratch (SbDiskStore *self, GError **error);
/* Deletes the disks that no machine refers to. */
void sb_disk_store_collect (SbDiskStore *self);

const char *sb_disk_store_get_folder (SbDiskStore *self);
gboolean sb_disk_store_has (SbDiskStore *self, const char *name);

gboolean sb_disk_store_create (SbDiskStore *self,
                               const char *name,
                               const char *template_name,
                               guint16 port,
                               GError **error);
gboolean sb_disk_store_remove (SbDiskStore *self, const char *name, GError **error);
gboolean sb_disk_store_reimage (SbDiskStore *self, const char *name, GError **error);
gboolean sb_disk_store_freeze (SbDiskStore *self, const char *name, GError **error);

/* The disk, relative to the state folder; (transfer full). */
char *sb_disk_store_dup_disk (SbDiskStore *self, const char *name);
/* The layers under it, topmost first; (transfer full). */
GStrv sb_disk_store_dup_layers (SbDiskStore *self, const char *name);

/* Makes sure that a disk which has never been booted is empty: a first boot that was cut short left
 * things half done. */
gboolean sb_disk_store_prepare (SbDiskStore *self, const char *name, GError **error);

/* Whether the disk has never been booted. */
gboolean sb_disk_store_is_fresh (SbDiskStore *self, const char *name);
gboolean sb_disk_store_set_booted (SbDiskStore *self, const char *name, GError **error);

guint16 sb_disk_store_get_port (SbDiskStore *self, const char *name);
gboolean sb_disk_store_set_port (SbDiskStore *self, const char *name, guint16 port, GError **error);
gboolean sb_disk_store_has_port (SbDiskStore *self, guint16 port);

G_END_DECLS
