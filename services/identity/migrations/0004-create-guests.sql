-- People who have not said who they are. Their sessions are Kratos' own; this tells whom they turned out to be, and when they go.
create table guests (
  id uuid primary key,
  created_at timestamptz not null default now(),
  -- of the session: after it nobody can come back as this guest
  expires_at timestamptz not null,
  -- the person that the guest has become; the event about it is committed with it
  user_id uuid,
  merged_at timestamptz,
  -- when Kratos' identity and its sessions were removed
  closed_at timestamptz,
  check ((user_id is null) = (merged_at is null))
);
create index guests_to_close on guests (merged_at) where merged_at is not null and closed_at is null;
create index guests_to_remove on guests (expires_at) where merged_at is null and closed_at is null;
create index guests_closed on guests (closed_at) where closed_at is not null;

-- How many guests came from one address range in one minute.
create table guest_arrivals (
  address_range text not null,
  minute timestamptz not null,
  count integer not null default 1,
  primary key (address_range, minute)
);
create index guest_arrivals_minute on guest_arrivals (minute);
