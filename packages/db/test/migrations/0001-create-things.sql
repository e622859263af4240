create table things (id integer primary key, name text not null);
