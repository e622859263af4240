-- What happened to an account, for the person to see. The address and what the browser says about itself are personal data: they are
-- kept here only, for as long as the configuration says, and go with the person.
create table account_activity (
  -- UUIDv7: in the order of time.
  id uuid primary key,
  identity_id uuid not null,
  kind text not null check (kind ~ '^[a-z][a-z-]{0,39}$'),
  session_id uuid,
  address text check (length(address) <= 200),
  user_agent text check (length(user_agent) <= 500),
  detail jsonb not null default '{}',
  at timestamptz not null default now()
);
create index account_activity_identity on account_activity (identity_id, id desc);
create index account_activity_at on account_activity (at);

-- Browsers and apps with which somebody signed in. The id is the one in the device's own cookie.
create table account_devices (
  identity_id uuid not null,
  id uuid not null,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  -- Where messages for this device can be sent to.
  push jsonb,
  primary key (identity_id, id)
);

-- What Kratos does not keep about a session of its own.
create table account_sessions (
  id uuid primary key,
  identity_id uuid not null,
  device_id uuid,
  -- With a token instead of a cookie.
  native boolean not null,
  method text not null,
  address text check (length(address) <= 200),
  user_agent text check (length(user_agent) <= 500),
  signed_in_at timestamptz not null,
  -- Coarse: moved at most once a minute.
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index account_sessions_identity on account_sessions (identity_id);
create index account_sessions_seen on account_sessions (last_seen_at);
create index account_sessions_expiry on account_sessions (expires_at);

-- Whose sessions must be compared with the rows above.
alter table pending_syncs drop constraint pending_syncs_kind_check;
alter table pending_syncs add constraint pending_syncs_kind_check check (kind in ('identifier', 'identity', 'unverified', 'sessions'));
