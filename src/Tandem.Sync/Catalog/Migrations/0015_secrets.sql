-- Adds where secrets live: the key ring, what tells a wrong master key, and each connection's credentials; the keys are the only indexes.
create table tandem.master_key (
  is_only boolean primary key default true check (is_only),
  key_id text not null,
  canary text not null,
  changed_at timestamptz not null default now()
);

create table tandem.key_ring (
  name text primary key,
  content text not null,
  created_at timestamptz not null default now()
);

create table tandem.credential (
  connection_id uuid not null references tandem.connection (id) on delete cascade,
  kind text not null check (kind in ('sign_in', 'database')),
  content bytea not null,
  updated_at timestamptz not null default now(),
  primary key (connection_id, kind)
);

comment on table tandem.master_key is 'Which master key the key ring is encrypted under, and a text by which a wrong one is noticed.';
comment on table tandem.key_ring is 'The keys of credentials, each encrypted under the master key, which is not in this database.';
comment on table tandem.credential is 'How a connection signs in to its org and to its database, encrypted by a key of the ring.';
