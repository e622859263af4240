-- Where the last mail goes: read before the account is gone, and gone with this row when it is.
alter table deletions add column farewell jsonb;
