-- Reads the local id of any account. Uses account_pkey.
select min(id) from salesforce.account
