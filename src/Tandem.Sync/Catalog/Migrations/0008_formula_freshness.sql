-- Makes what keeps derived columns true: plans in words, how far each reason has come, calls spent; needs no index but the keys.
create table tandem.freshness (
  schema_name text not null,
  object_name text not null,
  definition text,
  fields text[] not null default '{}',
  kept text[] not null default '{}',
  trouble text,
  updated_at timestamptz not null default now(),
  primary key (schema_name, object_name)
);

create table tandem.freshness_part (
  schema_name text not null,
  object_name text not null,
  part text not null,
  is_under_way boolean not null default false,
  plan text,
  started_at timestamptz,
  finished_at timestamptz,
  since timestamptz,
  newest timestamptz,
  newest_seen_at timestamptz,
  found timestamptz,
  covered_day date,
  rows_expected bigint not null default 0,
  rows_done bigint not null default 0,
  after_id text,
  job_id text,
  locator text,
  primary key (schema_name, object_name, part)
);

create table tandem.freshness_calls (
  schema_name text not null,
  object_name text not null,
  day date not null,
  calls integer not null,
  primary key (schema_name, object_name, day)
);

comment on table tandem.freshness is 'How the derived columns of each mapped table are kept true.';
comment on table tandem.freshness_part is 'How far each reason for reading derived columns has come; written with the rows it speaks of.';
comment on table tandem.freshness_calls is 'API calls spent on derived columns, by day (UTC).';
