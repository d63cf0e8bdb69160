-- Deletes the rows $1, which are locked. Uses account_pkey.
delete from salesforce.account a where a.id = any($1)
