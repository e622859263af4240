-- What was last told about each identity of Kratos. No address, no name: those stay in Kratos.
create table identities (
  id uuid primary key,
  state text not null check (state in ('active', 'inactive')),
  email_verified boolean not null,
  -- SHA-256 over id and traits: tells that traits changed without holding them. Kratos v1.3.1 never moves updated_at.
  traits_digest bytea not null,
  -- Counts the events about this identity.
  version bigint not null check (version > 0),
  created_at timestamptz not null,
  changed_at timestamptz not null default now(),
  deleted_at timestamptz
);
create index identities_unverified on identities (created_at desc) where not email_verified and deleted_at is null;

-- Identities to be compared with Kratos soon: written before or with what changes them, so that a lost hook loses nothing.
create table pending_syncs (
  id uuid primary key,
  -- identifier: an address that is about to register; identity: an id; unverified: a verification flow whose person is unknown
  kind text not null check (kind in ('identifier', 'identity', 'unverified')),
  subject text not null,
  attempts integer not null default 0,
  due_at timestamptz not null,
  constraint pending_syncs_subject unique (kind, subject)
);
create index pending_syncs_due on pending_syncs (due_at);

-- When the full comparison runs, and how far it is, so that a killed one goes on where it was.
create table full_sweep (
  only_row boolean primary key default true check (only_row),
  next_run_at timestamptz not null,
  -- The last id that was compared; null when none is under way.
  position uuid
);

-- The truth behind Platform:vestibule#admins.
create table platform_administrators (
  user_id uuid primary key,
  created_at timestamptz not null default now(),
  -- Set before the relation tuple is removed: from then on the row counts as gone.
  revoking_at timestamptz
);

-- Objects whose relation tuples must be compared with the rows above.
create table tuple_syncs (
  namespace text not null,
  object text not null,
  -- Another one with each request: what was asked for while the tuples were written is done once more.
  request uuid not null default gen_random_uuid(),
  primary key (namespace, object)
);
insert into tuple_syncs (namespace, object) values ('Platform', 'vestibule');

-- One-time links. The token itself is known only to whoever got the link.
create table setup_links (
  id uuid primary key,
  identity_id uuid not null,
  token_hash bytea not null constraint setup_links_token_hash unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  -- While Kratos is asked; over by itself when the process dies meanwhile.
  claimed_until timestamptz,
  claim uuid,
  used_at timestamptz
);
create index setup_links_identity on setup_links (identity_id);
