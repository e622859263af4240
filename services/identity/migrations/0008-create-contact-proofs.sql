-- Codes of ours that went to an address or a number, to be shown again by whoever asked. Kept for a day: for the limits.
create table contact_proofs (
  id uuid primary key,
  purpose text not null check (purpose in ('registration', 'email', 'phone')),
  target text not null check (length(target) <= 320),
  -- Who asked: a person, or whoever holds the secret.
  identity_id uuid,
  secret_hash bytea,
  -- Keyed, for a code has few digits. Null when none was sent: nothing matches then.
  code_hash bytea,
  address_range text not null,
  tries integer not null default 0,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  proven_at timestamptz,
  -- What the target takes the place of, from the moment on in which it does.
  replaces text,
  -- The registration flow that shows the proof.
  flow_id uuid,
  used_at timestamptz,
  check ((purpose = 'registration') = (identity_id is null)),
  check ((purpose = 'registration') = (secret_hash is not null))
);
create index contact_proofs_target on contact_proofs (purpose, target, created_at);
create index contact_proofs_identity on contact_proofs (identity_id) where identity_id is not null;
create index contact_proofs_flow on contact_proofs (flow_id) where flow_id is not null;
create index contact_proofs_range on contact_proofs (address_range, created_at);
create index contact_proofs_created on contact_proofs (created_at);

-- Messages for notifications, committed with what causes them; gone as soon as they are taken there.
create table outgoing_messages (
  id uuid primary key,
  message jsonb not null,
  attempts integer not null default 0,
  due_at timestamptz not null default now(),
  created_at timestamptz not null default now()
);
create index outgoing_messages_due on outgoing_messages (due_at);
