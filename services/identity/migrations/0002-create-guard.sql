-- How often something happened lately. The key is a keyed hash: whose it is can be told only with the secret of this service.
-- Nothing here is indexed but the key, so that an update stays on its page (HOT); rows that are over are removed by a walk.
create table guard_counts (
  key bytea primary key,
  -- The newest slot: eleven slots of a tenth of the window each, so that no window of any position holds more than their sum.
  slot bigint not null,
  -- Newest first.
  counts integer[] not null,
  over_at timestamptz not null
) with (fillfactor = 60);

-- Counts one more for every key, or for none: then `refused` is the first (from 1) whose limit is reached, and `wait_seconds` how long.
create function guard_take(keys bytea[], limits integer[], windows integer[], out refused integer, out wait_seconds integer, out slots bigint[])
language plpgsql as $$
declare
  i integer;
  at bigint;
  held guard_counts;
  shifted integer;
  now_counts integer[];
  total integer;
  order_of integer[] := (select array_agg(n order by k) from unnest(keys) with ordinality as given(k, n));
begin
  refused := 0;
  wait_seconds := 0;
  slots := array_fill(0::bigint, array[cardinality(keys)]);
  -- A key that has no row yet is locked as well; always in the same order, so that nobody waits in a circle.
  foreach i in array order_of loop
    perform pg_advisory_xact_lock(hashtextextended(encode(keys[i], 'hex'), 9105102602));
  end loop;
  foreach i in array order_of loop
    at := floor(extract(epoch from clock_timestamp()) * 10 / windows[i]);
    select * into held from guard_counts where key = keys[i];
    shifted := case when held.key is null then 11 else least(11, greatest(0, at - held.slot)) end;
    now_counts := array_fill(0, array[shifted]) || held.counts[1:11 - shifted];
    total := (select sum(c) from unnest(now_counts) c);
    slots[i] := greatest(at, coalesce(held.slot, at));
    if total >= limits[i] and (refused = 0 or i < refused) then
      refused := i;
      -- The oldest go first, one slot after the other, until there is room.
      for back in reverse 11..1 loop
        total := total - now_counts[back];
        wait_seconds := ceil((slots[i] + 12 - back) * windows[i] / 10.0 - extract(epoch from clock_timestamp()));
        exit when total < limits[i];
      end loop;
    end if;
  end loop;
  if refused > 0 then
    wait_seconds := greatest(1, wait_seconds);
    return;
  end if;
  foreach i in array order_of loop
    insert into guard_counts as c (key, slot, counts, over_at)
    values (keys[i], slots[i], array[1] || array_fill(0, array[10]), now() + make_interval(secs => windows[i] * 1.2))
    on conflict (key) do update set
      slot = excluded.slot,
      counts = array[1 + case when excluded.slot > c.slot then 0 else c.counts[1] end]
        || (array_fill(0, array[least(11, excluded.slot - c.slot)::integer]) || c.counts)[2:11],
      over_at = excluded.over_at;
  end loop;
end $$;

-- Takes back what `guard_take` counted, in the slots that it named.
create function guard_give(keys bytea[], given bigint[]) returns void
language plpgsql as $$
declare
  i integer;
begin
  foreach i in array (select array_agg(n order by k) from unnest(keys) with ordinality as taken(k, n)) loop
    update guard_counts c set counts[(c.slot - given[i] + 1)::integer] = greatest(0, c.counts[(c.slot - given[i] + 1)::integer] - 1)
    where key = keys[i] and c.slot - given[i] between 0 and 10;
  end loop;
end $$;

-- Which accounts somebody signed in to with a device: there it has an allowance of its own.
create table guard_devices (
  device_id uuid not null,
  -- Of the address or name that was typed.
  account_key bytea not null,
  identity_id uuid not null,
  used_at timestamptz not null default now(),
  primary key (device_id, account_key)
);
create index guard_devices_identity on guard_devices (identity_id);
create index guard_devices_used on guard_devices (used_at);

-- For whom a flow has sent a code, or would have if anybody had the address. What was typed (encrypted), what was last submitted and how
-- often decide what a login flow shows.
create table guard_flows (
  flow_id uuid primary key,
  account_key bytea not null,
  phone boolean not null,
  typed bytea,
  asked text check (asked in ('send', 'code', 'password')),
  tries integer not null default 0,
  over_at timestamptz not null
);
create index guard_flows_over on guard_flows (over_at);

-- Sign-ins that failed, to be told once a minute is over.
create table sign_in_failures (
  -- An identity, or a name made from a keyed hash.
  subject uuid not null,
  known boolean not null,
  reason text not null,
  method text not null,
  minute timestamptz not null,
  count integer not null default 1,
  primary key (subject, reason, method, minute)
) with (fillfactor = 60);
-- Orders the events about those whom nobody knows.
create sequence sign_in_failures_version as bigint minvalue 1;
