/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "lc-operation.h"

G_BEGIN_DECLS

/**
 * LcOperationDialog:
 *
 * All steps of an operation, while it runs and after it has failed.
 */
#define LC_TYPE_OPERATION_DIALOG (lc_operation_dialog_get_type ())
G_DECLARE_FINAL_TYPE (LcOperationDialog, lc_operation_dialog, LC, OPERATION_DIALOG, AdwDialog)

AdwDialog *lc_operation_dialog_new (LcOperation *operation);

G_END_DECLS
