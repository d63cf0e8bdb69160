-- Adds who may do what: tokens, users, their sessions, and the trail of what they changed; each index is named where it is used.
create table tandem.api_token (
  id uuid primary key,
  name text not null,
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  scope text not null check (scope in ('read', 'admin')),
  app_name text,
  connection_id uuid references tandem.connection (id) on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  check (app_name is null or connection_id is null)
);
create unique index api_token_name on tandem.api_token (name) where revoked_at is null;

create table tandem.local_user (
  id uuid primary key,
  name text not null,
  email text,
  password_hash text not null,
  role text not null check (role in ('read', 'admin')),
  created_at timestamptz not null,
  password_changed_at timestamptz not null,
  signed_in_at timestamptz
);
create unique index local_user_name on tandem.local_user (lower(name));
create unique index local_user_email on tandem.local_user (lower(email));

create table tandem.user_session (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  user_id uuid not null references tandem.local_user (id) on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index user_session_user on tandem.user_session (user_id);
create index user_session_end on tandem.user_session (expires_at);

create table tandem.audit (
  id bigint generated always as identity primary key,
  noted_at timestamptz not null default clock_timestamp(),
  actor_kind text not null check (actor_kind in ('token', 'user', 'command_line', 'start')),
  actor_id uuid,
  actor_name text not null,
  address text,
  action text not null,
  subject text,
  connection_id uuid,
  before jsonb,
  after jsonb
);
create index audit_connection on tandem.audit (connection_id, id);
create index audit_age on tandem.audit (noted_at);

comment on table tandem.api_token is 'The tokens of the API: of each only a hash. Revoked ones stay, for the trail names them.';
comment on table tandem.local_user is 'The people who sign in by name and password.';
comment on table tandem.user_session is 'Who is signed in: a hash of what their browser shows.';
comment on table tandem.audit is 'Who changed what and when. It outlives the connections and people that it names, and holds no secrets.';
