-- Reads the ids of all accounts in the order of their rows. Uses account_pkey.
select sfid from salesforce.account order by id
