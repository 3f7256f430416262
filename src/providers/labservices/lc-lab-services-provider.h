/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lc-authorizer.h"
#include "lc-provider.h"

G_BEGIN_DECLS

/**
 * LcLabServicesProvider:
 *
 * Azure Lab Services' lab accounts (api-version 2018-10-15, CONTRACTS 7 and 10): the labs that
 * somebody is a student in, and those that their roles let them see. Implements #LcProvider with
 * the id "labservices".
 */
#define LC_TYPE_LAB_SERVICES_PROVIDER (lc_lab_services_provider_get_type ())
G_DECLARE_FINAL_TYPE (LcLabServicesProvider,
                      lc_lab_services_provider,
                      LC,
                      LAB_SERVICES_PROVIDER,
                      GObject)

LcLabServicesProvider *lc_lab_services_provider_new (LcAccount *account, LcAuthorizer *authorizer);

G_END_DECLS
