-- Counts the rows and adds up a hash of each, the serial id left out; reads the whole table, no index.
select count(*), coalesce(sum(hashtextextended(row(
  isdeleted, systemmodstamp, createddate, lastmodifieddate, name, type, industry, phone, website, annualrevenue, numberofemployees,
  description, billingstreet, billingcity, billingstate, billingpostalcode, billingcountry, ownerid, parentid, accountnumber, rating,
  accountsource, ext_id__c, since__c, sfid, _hc_lastop, _hc_err)::text, 0)::numeric), 0)
from salesforce.account;
