-- Merges changes.csv as straight as SQL can: COPY to a temporary table, one update, one insert; uses the unique index on sfid.
begin;
set local xmlbinary = 'hex';
create temporary table changes on commit drop as
select isdeleted, systemmodstamp, createddate, lastmodifieddate, name, type, industry, phone, website, annualrevenue, numberofemployees, description, billingstreet, billingcity, billingstate, billingpostalcode, billingcountry, ownerid, parentid, accountnumber, rating, accountsource, ext_id__c, since__c, sfid
from salesforce.account with no data;
\copy changes (isdeleted, systemmodstamp, createddate, lastmodifieddate, name, type, industry, phone, website, annualrevenue, numberofemployees, description, billingstreet, billingcity, billingstate, billingpostalcode, billingcountry, ownerid, parentid, accountnumber, rating, accountsource, ext_id__c, since__c, sfid) from 'changes.csv' with (format csv, header, force_null (isdeleted, systemmodstamp, createddate, lastmodifieddate, name, type, industry, phone, website, annualrevenue, numberofemployees, description, billingstreet, billingcity, billingstate, billingpostalcode, billingcountry, ownerid, parentid, accountnumber, rating, accountsource, ext_id__c, since__c, sfid))
update salesforce.account t set
  isdeleted = m.isdeleted, systemmodstamp = m.systemmodstamp, createddate = m.createddate, lastmodifieddate = m.lastmodifieddate,
  name = m.name, type = m.type, industry = m.industry, phone = m.phone, website = m.website, annualrevenue = m.annualrevenue,
  numberofemployees = m.numberofemployees, description = m.description, billingstreet = m.billingstreet,
  billingcity = m.billingcity, billingstate = m.billingstate, billingpostalcode = m.billingpostalcode,
  billingcountry = m.billingcountry, ownerid = m.ownerid, parentid = m.parentid, accountnumber = m.accountnumber,
  rating = m.rating, accountsource = m.accountsource, ext_id__c = m.ext_id__c, since__c = m.since__c,
  _hc_lastop = 'SYNCED', _hc_err = null
from (select * from changes order by sfid) m
where t.sfid = m.sfid and (
  t.isdeleted is distinct from m.isdeleted or t.systemmodstamp is distinct from m.systemmodstamp or
  t.createddate is distinct from m.createddate or t.lastmodifieddate is distinct from m.lastmodifieddate or
  t.name is distinct from m.name or t.type is distinct from m.type or t.industry is distinct from m.industry or
  t.phone is distinct from m.phone or t.website is distinct from m.website or t.annualrevenue is distinct from m.annualrevenue or
  t.numberofemployees is distinct from m.numberofemployees or t.description is distinct from m.description or
  t.billingstreet is distinct from m.billingstreet or t.billingcity is distinct from m.billingcity or
  t.billingstate is distinct from m.billingstate or t.billingpostalcode is distinct from m.billingpostalcode or
  t.billingcountry is distinct from m.billingcountry or t.ownerid is distinct from m.ownerid or
  t.parentid is distinct from m.parentid or t.accountnumber is distinct from m.accountnumber or
  t.rating is distinct from m.rating or t.accountsource is distinct from m.accountsource or
  t.ext_id__c is distinct from m.ext_id__c or t.since__c is distinct from m.since__c);
insert into salesforce.account (isdeleted, systemmodstamp, createddate, lastmodifieddate, name, type, industry, phone, website, annualrevenue, numberofemployees, description, billingstreet, billingcity, billingstate, billingpostalcode, billingcountry, ownerid, parentid, accountnumber, rating, accountsource, ext_id__c, since__c, sfid, _hc_lastop)
select m.isdeleted, m.systemmodstamp, m.createddate, m.lastmodifieddate, m.name, m.type, m.industry, m.phone, m.website, m.annualrevenue, m.numberofemployees, m.description, m.billingstreet, m.billingcity, m.billingstate, m.billingpostalcode, m.billingcountry, m.ownerid, m.parentid, m.accountnumber, m.rating, m.accountsource, m.ext_id__c, m.since__c, m.sfid, 'SYNCED'
from changes m
where not exists (select from salesforce.account t where t.sfid = m.sfid)
order by m.sfid;
commit;
