-- Adds a contact as any app would; needs no index.
insert into salesforce.contact (lastname, email, ext_id__c) values ($1, $2, $3) returning id;
