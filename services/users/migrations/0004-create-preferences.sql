-- What the product remembers for whoever uses it: a person, or a guest until they sign in.
create table preferences (
  owner_id uuid not null,
  key text not null check (length(key) <= 64),
  value jsonb not null,
  updated_at timestamptz(3) not null default now(),
  primary key (owner_id, key)
);
