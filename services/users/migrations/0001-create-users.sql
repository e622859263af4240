create extension if not exists pg_trgm;
create extension if not exists unaccent;

-- How names are compared: without case, accents and compatibility forms. Letters that are still not ASCII are spelled out as
-- `u` and six hex digits, because pg_trgm takes them for letters only under some locales, and a search without trigrams would
-- read the whole table; it also makes a search for a single Chinese character as good as one for a word.
create function fold_text(value text) returns text
language sql immutable strict parallel safe
as $$
  select case
    when plain.text ~ '^[\x01-\x7f]*$' then plain.text
    else (
      select string_agg(case when ascii(letter) < 128 then letter else 'u' || lpad(to_hex(ascii(letter)), 6, '0') end, '' order by position)
      from regexp_split_to_table(plain.text, '') with ordinality as split (letter, position)
    )
  end
  from (select lower(public.unaccent('public.unaccent'::regdictionary, normalize(value, NFKC)))) as plain (text)
$$;

-- A LIKE pattern for one folded word: anywhere in the text, or at the beginning of a word when it is too short to have a
-- trigram of its own. Escaped after folding, because folding makes `%` of a full-width one.
create function word_pattern(word text) returns text
language sql immutable strict parallel safe
as $$
  select case when length(folded.text) < 3 then '% ' else '%' end
    || replace(replace(replace(folded.text, '\', '\\'), '%', '\%'), '_', '\_') || '%'
  from (select fold_text(word)) as folded (text)
$$;

-- Our profile of an identity, under the same id.
create table users (
  id uuid primary key,
  -- A copy of the identity; only ensureUser writes it, and only from newer data.
  email text,
  email_verified boolean not null,
  name text not null,
  locale text not null check (locale in ('en', 'nl')),
  phone text,
  state text not null check (state in ('active', 'inactive')),
  identity_updated_at timestamptz not null,
  -- The person's own columns.
  display_name text,
  time_zone text,
  title text,
  -- Milliseconds, so that a cursor holds them exactly.
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  version integer not null default 1 check (version > 0),
  search_text text not null generated always as (
    ' ' || fold_text(name || ' ' || coalesce(display_name, '') || ' ' || coalesce(email, ''))
  ) stored
);

-- The directory's order, and the two filters that few rows pass: without their own index a page would read past all the others.
create index users_created on users (created_at desc, id desc);
create index users_inactive on users (created_at desc, id desc) where state = 'inactive';
create index users_unverified on users (created_at desc, id desc) where not email_verified;
-- Written rarely, searched often: no pending list to read through.
create index users_search on users using gin (search_text gin_trgm_ops) with (fastupdate = off);
-- The planner chooses between this index and the order by how many rows a pattern matches in the histogram: 1 in 1000 must show.
alter table users alter column search_text set statistics 1000;

-- Identities that were deleted: what is still on its way (an event, a request) must not bring them back. Ids only.
create table erased_users (
  id uuid primary key,
  erased_at timestamptz not null default now()
);
