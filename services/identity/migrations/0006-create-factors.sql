-- What was last told about the ways in of an identity: dates and hashes, no secret.
create table identity_factors (
  identity_id uuid primary key,
  seen jsonb not null,
  -- counts the comparisons that were written, so that of two at once one counts
  revision bigint not null default 1
);

-- Who must have a second factor, and because of what: administering the platform, later an organisation.
create table required_second_factors (
  identity_id uuid not null,
  because text not null,
  primary key (identity_id, because)
);

-- Codes that may not count again: those of an authenticator app while they are valid, recovery codes while one is being used.
create table spent_codes (
  identity_id uuid not null,
  code_hash bytea not null,
  until timestamptz not null,
  primary key (identity_id, code_hash)
);
create index spent_codes_until on spent_codes (until);

-- Kratos calls every passkey "unnamed".
create table passkey_names (
  identity_id uuid not null,
  -- base64url, as WebAuthn has it
  credential_id text not null,
  name text not null check (length(name) between 1 and 100),
  primary key (identity_id, credential_id)
);
