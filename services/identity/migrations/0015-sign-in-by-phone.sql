-- The number that a flow has written to. Its code counts only while the number is still the person's; Kratos would go on taking it.
alter table guard_flows add column phone_key bytea;

-- Whose number it was before: they are told, also when the process that moved it was killed.
alter table contact_proofs add column taken_from uuid;

-- The guard's counts limit these messages like all others: nothing has to be kept for that.
drop index contact_proofs_target;
drop index contact_proofs_range;
alter table contact_proofs drop column address_range;
