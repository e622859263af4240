-- The queue of mails. What is finished keeps ids and hashes only: no address, no code.
create table mails (
  id uuid primary key,
  kind text not null,
  -- Recognises the repeat of a message that was already taken: a hash, or the event's id.
  dedupe_key text unique,
  -- The local part of the Message-ID, the same for every attempt.
  message_key text not null,
  -- An address from the courier, or a person whose address is asked when the mail is sent.
  recipient text,
  recipient_hash text,
  user_id uuid,
  locale text not null,
  code text,
  link text,
  expires_in_minutes integer,
  request_id text,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'dropped', 'dead')),
  attempts integer not null default 0,
  run_at timestamptz not null default now(),
  reason text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((state = 'waiting') = (finished_at is null)),
  check (state = 'waiting' or (recipient is null and code is null and link is null))
);
create index mails_due on mails (run_at) where state = 'waiting';
create index mails_finished on mails (finished_at) where state <> 'waiting';
