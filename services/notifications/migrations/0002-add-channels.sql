-- Text messages wait in the same queue as mails: what finishes, retries and forgets is the same for both.
alter table mails add column channel text not null default 'mail' check (channel in ('mail', 'sms'));
-- When that of which a notice tells has happened.
alter table mails add column occurred_at timestamptz;
