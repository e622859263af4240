-- Invited, and nobody has come in yet: `users.user.registered.v1` is still to be told.
alter table users add column awaited boolean not null default false;
