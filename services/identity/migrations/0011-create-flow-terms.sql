-- Which terms somebody has accepted who is registering: until Kratos has the account, and for a day at most.
create table flow_terms (
  flow_id uuid primary key,
  version text not null check (version ~ '^[A-Za-z0-9._-]{1,40}$'),
  accepted_at timestamptz(3) not null default now()
);
create index flow_terms_accepted on flow_terms (accepted_at);
