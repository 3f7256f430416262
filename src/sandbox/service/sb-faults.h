/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sb-request.h"

G_BEGIN_DECLS

/**
 * SbFaults:
 *
 * How the service is told to misbehave: rules that match a method and a path and apply a number of
 * times. README.md of this folder lists what they can do.
 */
#define SB_TYPE_FAULTS (sb_faults_get_type ())
G_DECLARE_FINAL_TYPE (SbFaults, sb_faults, SB, FAULTS, GObject)

SbFaults *sb_faults_new (void);

/* From the body of POST /sandbox/faults. */
gboolean sb_faults_add (SbFaults *self, JsonObject *rule, GError **error);
JsonArray *sb_faults_list (SbFaults *self);

/* Drops the rules and lets go of the requests that hang. */
void sb_faults_clear (SbFaults *self);

/* Applies the first rule that fits. %TRUE: the request has its answer; %FALSE: go on, with what
 * the rule has written into @request->caller. */
gboolean sb_faults_apply (SbFaults *self, SbRequest *request);

/* The last step before an answer goes out: cuts it or spoils it, when a rule said so. */
void sb_faults_spoil (SbFaults *self, SbRequest *request);

G_END_DECLS
