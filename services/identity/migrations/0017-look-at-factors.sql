-- Who set up a second factor before it was asked for at sign-in is looked at once, so that it is asked for from now on.
insert into pending_syncs (id, kind, subject, due_at)
select gen_random_uuid(), 'identity', id::text, now() from identities where deleted_at is null
on conflict (kind, subject) do nothing;
