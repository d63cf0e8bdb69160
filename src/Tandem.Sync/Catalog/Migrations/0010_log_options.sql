-- Adds how a connection sends changes, and how long entries stay in the change log and in its archive; needs no index.
alter table tandem.connection
  add column writes text not null default 'ordered' check (writes in ('ordered', 'merged')),
  add column archive_after interval not null default '1 day' check (archive_after > '0'),
  add column archive_for interval not null default '31 days' check (archive_for > '0');
