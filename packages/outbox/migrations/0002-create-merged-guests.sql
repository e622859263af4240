-- Which person a guest has become. Written by the consumer that moves the guest's rows, read by every write that a guest may make:
-- a request of the guest that was under way meanwhile then writes for the person.
create table merged_guests (
  guest_id uuid primary key,
  -- null: the guest was removed, and nothing is kept for them any more
  user_id uuid,
  merged_at timestamptz not null default now()
);
