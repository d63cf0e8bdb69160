-- Looks whether a contact has arrived, and how; uses the unique index on ext_id__c.
select sfid, title from salesforce.contact where ext_id__c = $1;
