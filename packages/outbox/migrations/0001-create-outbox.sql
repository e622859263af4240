-- What a service wants to tell others, stored with the change it tells about. The relay removes a row after the broker's confirm.
create table outbox (
  sequence bigint generated always as identity primary key,
  id uuid not null unique,
  type text not null,
  subject uuid not null,
  version bigint not null check (version > 0),
  body jsonb not null,
  created_at timestamptz not null default now(),
  -- Nobody is bound to this type (yet): tried again then.
  unroutable_since timestamptz,
  next_try_at timestamptz not null default '-infinity'
);
create index outbox_subject_version on outbox (subject, version);

-- Which events a consumer has handled, so that a repeat has no second effect.
create table inbox (
  consumer text not null,
  event_id uuid not null,
  handled_at timestamptz not null default now(),
  primary key (consumer, event_id)
);
create index inbox_handled_at on inbox (handled_at);

-- For projections: the newest version of each aggregate that a consumer has seen.
create table inbox_versions (
  consumer text not null,
  subject uuid not null,
  version bigint not null,
  primary key (consumer, subject)
);

-- What could not be handled: tried again at run_at, or dead with a reason.
create table parked_events (
  id uuid primary key,
  consumer text not null,
  -- the event's id, or a hash of the body where it has none
  key text not null,
  type text not null,
  body bytea not null,
  attempts integer not null default 0,
  run_at timestamptz,
  dead_at timestamptz,
  reason text not null,
  parked_at timestamptz not null default now(),
  unique (consumer, key),
  check ((run_at is null) = (dead_at is not null))
);
create index parked_events_due on parked_events (run_at) where run_at is not null;
create index parked_events_dead on parked_events (dead_at) where dead_at is not null;

-- Requests only add to the outbox; what is in these tables belongs to everybody's tenants, so only the system role reads it.
do $$
declare app text := regexp_replace(current_user, '_owner$', '_app');
begin
  if app <> current_user and exists (select from pg_roles where rolname = app) then
    execute format('revoke all on outbox, inbox, inbox_versions, parked_events from %I', app);
    execute format('grant insert on outbox to %I', app);
  end if;
end $$;
