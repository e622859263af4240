-- Which codes came by text message: Kratos' sessions say `code` for mail and text alike. Kept for a day; a sign-in is fresh for minutes.
create table text_proofs (
  session_id uuid not null,
  -- As Kratos says when the code was shown.
  proven_at timestamptz(3) not null,
  primary key (session_id, proven_at)
);
create index text_proofs_proven on text_proofs (proven_at);
