-- An administrator acts as somebody else: requested, perhaps started, and over.
create table impersonations (
  id uuid primary key,
  administrator_id uuid not null,
  -- The session that asked: no other one, of the same administrator neither, can use it.
  session_id uuid not null,
  user_id uuid not null,
  reason text not null check (length(reason) between 10 and 300),
  minutes integer not null check (minutes between 1 and 60),
  consent text not null check (consent in ('required', 'waived')),
  requested_at timestamptz not null default now(),
  answer_by timestamptz not null,
  started_at timestamptz,
  ends_at timestamptz check (ends_at <= started_at + interval '60 minutes'),
  -- Set when it is over in whichever way; what ends by time may have it later.
  closed_at timestamptz,
  closed_by text check (closed_by in ('administrator', 'person', 'time')),
  check (administrator_id <> user_id),
  check ((started_at is null) = (ends_at is null)),
  check ((closed_at is null) = (closed_by is null))
);
create unique index impersonations_open on impersonations (administrator_id, user_id) where closed_at is null;
create index impersonations_administrator on impersonations (administrator_id, id desc);
create index impersonations_user on impersonations (user_id, id desc);
