-- Adds which notifications somebody outside has been told of; uses the primary keys.
create table tandem.delivery (
  notification_id bigint not null references tandem.notification (id) on delete cascade,
  channel text not null check (channel in ('webhook', 'mail')),
  noted_at timestamptz not null default now(),
  is_given_up boolean not null default false,
  primary key (notification_id, channel)
);
create index notification_age on tandem.notification (created_at);

comment on table tandem.delivery is 'Notifications that a channel has told of, or has given up.';
