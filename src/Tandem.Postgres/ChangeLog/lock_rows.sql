-- Locks the rows $1, and those with a Salesforce id of $2, in the order of merges. Uses account_pkey, hcu_idx_account_sfid.
with locked as materialized (
  select id from salesforce.account
  where id in (
    select unnest($1::integer[])
    union select id from salesforce.account where sfid = any($2::text[]))
  order by id
  for update)
select count(*) from locked
