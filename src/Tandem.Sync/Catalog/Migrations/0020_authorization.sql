-- Adds who signed in to Salesforce for a connection, and when; needs no index.
alter table tandem.connection
  add column authorized_at timestamptz,
  add column username text,
  add column user_info json;
