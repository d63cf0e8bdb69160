-- Changes a contact as any app would; uses the unique index on ext_id__c.
update salesforce.contact set title = $1 where ext_id__c = $2;
