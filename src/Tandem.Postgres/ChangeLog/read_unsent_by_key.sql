-- Reads which rows without Salesforce id have one of the lower-case texts $2 in the column $1. Uses hcu_idx_account_sfid.
select a.id from salesforce.account a where a.sfid is null and lower(to_jsonb(a) ->> $1) = any($2)
