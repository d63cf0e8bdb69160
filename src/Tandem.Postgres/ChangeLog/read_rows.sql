-- Reads which of the rows $1 are present, and the Salesforce ids that they have. Uses account_pkey.
select id, sfid from salesforce.account where id = any($1)
