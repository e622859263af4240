-- People who have asked that their account be deleted. Whoever thinks better of it has no row any more.
create table deletions (
  identity_id uuid primary key,
  requested_at timestamptz not null default now(),
  due_at timestamptz not null,
  -- From here on there is no way back.
  erasing_at timestamptz
);
create index deletions_due on deletions (due_at);

-- People who are gone, and which services have said that they keep nothing of them. Ids only.
create table erasures (
  identity_id uuid not null,
  service text not null,
  erased_at timestamptz(3) not null default now(),
  done_at timestamptz,
  primary key (identity_id, service)
);
create index erasures_newest on erasures (erased_at desc, identity_id desc);

-- Which terms a person has accepted, and when.
create table accepted_terms (
  identity_id uuid not null,
  version text not null check (version ~ '^[A-Za-z0-9._-]{1,40}$'),
  accepted_at timestamptz not null default now(),
  primary key (identity_id, version)
);
