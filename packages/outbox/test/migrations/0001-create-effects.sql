create table effects (id bigint generated always as identity primary key, consumer text not null, n integer not null, event_id uuid);
