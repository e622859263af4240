-- Links that administrators send: to come in for the first time, or once more.
alter table setup_links
  add column purpose text not null default 'operator' check (purpose in ('operator', 'invitation', 'sign-in')),
  add column sent_by uuid,
  -- SHA-256 of the address that the mail goes to: whoever has another one by then is let in nowhere.
  add column address_hash bytea,
  add column withdrawn_at timestamptz,
  add column withdrawn_by uuid,
  -- The mail: another one each time that the link is sent anew.
  add column message_id uuid,
  -- The token itself, only until the mail was handed over.
  add column unsent_token text;
create index setup_links_unsent on setup_links (created_at) where unsent_token is not null;
create index setup_links_open_invitations on setup_links (id desc) where purpose = 'invitation' and used_at is null and withdrawn_at is null;
-- Of two who invite or send a link at once, one does.
create unique index setup_links_one_open on setup_links (identity_id, purpose)
  where purpose <> 'operator' and used_at is null and withdrawn_at is null;

-- What administrators did to an account and why. The reason is read by administrators only, and goes with the person.
create table administrator_actions (
  -- UUIDv7: in the order of time.
  id uuid primary key,
  identity_id uuid not null,
  kind text not null check (kind ~ '^[a-z][a-z-]{0,39}$'),
  by_id uuid not null,
  reason text not null check (length(reason) <= 500),
  at timestamptz not null default now(),
  -- Null when it was begun and not finished.
  done_at timestamptz
);
create index administrator_actions_identity on administrator_actions (identity_id, id desc);

-- Since when an administrator is deactivated: set before Kratos is told, so that two who deactivate each other cannot both succeed.
alter table platform_administrators add column suspended_at timestamptz;
