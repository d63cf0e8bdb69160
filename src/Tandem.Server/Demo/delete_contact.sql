-- Deletes a contact as any app would; uses the unique index on ext_id__c.
delete from salesforce.contact where ext_id__c = $1;
