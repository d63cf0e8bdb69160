-- Adds the runs of verify and their plan; the index finds the newest run of a mapping.
create table tandem.verify_run (
  id bigint generated always as identity primary key,
  schema_name text not null,
  object_name text not null,
  level text not null check (level in ('counts', 'stamps', 'values')),
  repairs boolean not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  differences bigint not null default 0,
  repaired bigint not null default 0,
  report jsonb not null
);
create index verify_run_newest on tandem.verify_run (schema_name, object_name, id desc);

create table tandem.verify_plan (
  schema_name text not null,
  object_name text not null,
  next_at timestamptz not null,
  share_key varchar(18),
  primary key (schema_name, object_name)
);

comment on table tandem.verify_run is 'What the comparisons of both sides found; the last hundred of each mapping.';
comment on column tandem.verify_run.report is 'The whole report: counts, examples (ids and columns, never values), cost.';
comment on table tandem.verify_plan is 'When each mapping is verified next, and behind which id the next share of its values begins.';
