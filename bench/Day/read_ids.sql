-- Reads the local ids of all accounts. Uses account_pkey.
select id from salesforce.account
