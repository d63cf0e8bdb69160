-- Adds what a connection's writes ask of the org, and whether text is cut to its field's length; needs no index.
alter table tandem.connection
  add column assignment_rules text not null default 'off',
  add column saves_duplicates boolean not null default false,
  add column cuts_text boolean not null default false;
