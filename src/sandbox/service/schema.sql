-- SPDX-License-Identifier: GPL-3.0-or-later
-- Times are milliseconds since 1970, durations milliseconds. Names of resources compare without case, as in ARM.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE tenants (
  id TEXT PRIMARY KEY,
  domain TEXT NOT NULL UNIQUE COLLATE NOCASE,
  name TEXT NOT NULL
) STRICT;

CREATE TABLE people (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants,
  user_name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  given_name TEXT NOT NULL,
  family_name TEXT NOT NULL,
  password_hash TEXT NOT NULL
) STRICT;

CREATE TABLE subscriptions (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants,
  name TEXT NOT NULL
) STRICT;

CREATE TABLE roles (
  person_id TEXT NOT NULL REFERENCES people ON DELETE CASCADE,
  scope TEXT NOT NULL COLLATE NOCASE,
  role TEXT NOT NULL CHECK (role IN ('Owner', 'Contributor', 'Reader')),
  PRIMARY KEY (person_id, scope)
) STRICT;

CREATE TABLE auth_codes (
  hash TEXT PRIMARY KEY,
  client_id TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  challenge TEXT NOT NULL,
  scope TEXT NOT NULL,
  nonce TEXT,
  person_id TEXT NOT NULL REFERENCES people ON DELETE CASCADE,
  family TEXT NOT NULL,
  expires INTEGER NOT NULL,
  is_used INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE refresh_tokens (
  hash TEXT PRIMARY KEY,
  family TEXT NOT NULL,
  client_id TEXT NOT NULL,
  scope TEXT NOT NULL,
  person_id TEXT NOT NULL REFERENCES people ON DELETE CASCADE,
  expires INTEGER NOT NULL,
  is_used INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX refresh_tokens_family ON refresh_tokens (family);

CREATE TABLE device_codes (
  hash TEXT PRIMARY KEY,
  user_code TEXT NOT NULL UNIQUE,
  client_id TEXT NOT NULL,
  scope TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('Pending', 'Approved', 'Declined', 'Used')),
  person_id TEXT REFERENCES people ON DELETE CASCADE,
  expires INTEGER NOT NULL,
  interval INTEGER NOT NULL,
  polled INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE accounts (
  id INTEGER PRIMARY KEY,
  subscription_id TEXT NOT NULL COLLATE NOCASE REFERENCES subscriptions,
  resource_group TEXT NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL COLLATE NOCASE,
  location TEXT NOT NULL,
  region_selection INTEGER NOT NULL DEFAULT 0,
  tags TEXT NOT NULL DEFAULT '{}',
  guid TEXT NOT NULL,
  UNIQUE (subscription_id, resource_group, name)
) STRICT;

CREATE TABLE images (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
  name TEXT NOT NULL COLLATE NOCASE,
  author TEXT NOT NULL,
  description TEXT NOT NULL,
  publisher TEXT NOT NULL,
  offer TEXT NOT NULL,
  sku TEXT NOT NULL,
  version TEXT NOT NULL,
  os_type TEXT NOT NULL,
  is_enabled INTEGER NOT NULL DEFAULT 1,
  is_override INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL,
  guid TEXT NOT NULL,
  UNIQUE (account_id, name)
) STRICT;

-- A lab with its template settings; a lab that was made by PUT has none before they are PUT too.
CREATE TABLE labs (
  id INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
  name TEXT NOT NULL COLLATE NOCASE,
  max_users INTEGER NOT NULL,
  quota INTEGER NOT NULL,
  access_mode TEXT NOT NULL CHECK (access_mode IN ('Restricted', 'Open')),
  invitation_code TEXT NOT NULL UNIQUE,
  created_by TEXT NOT NULL REFERENCES people,
  created INTEGER NOT NULL,
  tags TEXT NOT NULL DEFAULT '{}',
  guid TEXT NOT NULL,
  has_settings INTEGER NOT NULL DEFAULT 0,
  title TEXT NOT NULL DEFAULT '',
  description TEXT NOT NULL DEFAULT '',
  image_name TEXT NOT NULL DEFAULT '',
  size TEXT NOT NULL DEFAULT 'Basic' CHECK (size IN ('Basic', 'Standard', 'Performance')),
  login TEXT NOT NULL DEFAULT 'student',
  publishing_state TEXT NOT NULL DEFAULT 'Draft'
    CHECK (publishing_state IN ('Draft', 'Publishing', 'Published', 'PublishFailed', 'Scaling')),
  configuration_state TEXT NOT NULL DEFAULT 'NotApplicable'
    CHECK (configuration_state IN ('NotApplicable', 'Completed')),
  is_frozen INTEGER NOT NULL DEFAULT 0,
  last_changed INTEGER NOT NULL DEFAULT 0,
  last_published INTEGER NOT NULL DEFAULT 0,
  UNIQUE (account_id, name)
) STRICT;

-- The roster.
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  lab_id INTEGER NOT NULL REFERENCES labs ON DELETE CASCADE,
  name TEXT NOT NULL COLLATE NOCASE,
  email TEXT NOT NULL COLLATE NOCASE,
  registered INTEGER NOT NULL DEFAULT 0,
  UNIQUE (lab_id, name),
  UNIQUE (lab_id, email)
) STRICT;
CREATE INDEX users_email ON users (email);

CREATE TABLE machines (
  id INTEGER PRIMARY KEY,
  lab_id INTEGER NOT NULL REFERENCES labs ON DELETE CASCADE,
  name TEXT NOT NULL COLLATE NOCASE,
  host_name TEXT NOT NULL UNIQUE,
  is_template INTEGER NOT NULL,
  has_disk INTEGER NOT NULL DEFAULT 0,
  login TEXT NOT NULL,
  claimed_by TEXT REFERENCES people ON DELETE SET NULL,
  state TEXT NOT NULL DEFAULT 'Stopped',
  usage INTEGER NOT NULL DEFAULT 0,
  counted INTEGER NOT NULL DEFAULT 0,
  password_reset INTEGER NOT NULL DEFAULT 0,
  is_password_seeded INTEGER NOT NULL DEFAULT 0,
  guid TEXT NOT NULL,
  UNIQUE (lab_id, name)
) STRICT;
CREATE INDEX machines_claimed_by ON machines (claimed_by);
CREATE INDEX machines_state ON machines (state);

CREATE TABLE operations (
  id TEXT PRIMARY KEY,
  target TEXT NOT NULL COLLATE NOCASE,
  subscription_id TEXT NOT NULL COLLATE NOCASE,
  location TEXT NOT NULL,
  person_id TEXT NOT NULL,
  method TEXT NOT NULL,
  uri TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('InProgress', 'Succeeded', 'Failed')),
  error_code TEXT,
  error_message TEXT,
  started INTEGER NOT NULL,
  ended INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX operations_target ON operations (target, started);

CREATE TABLE favorites (
  person_id TEXT NOT NULL REFERENCES people ON DELETE CASCADE,
  account_id TEXT NOT NULL COLLATE NOCASE,
  lab_id TEXT NOT NULL COLLATE NOCASE,
  PRIMARY KEY (person_id, account_id, lab_id)
) STRICT;

PRAGMA user_version = 1;
