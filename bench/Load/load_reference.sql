-- Loads accounts.csv as fast as psql can: the table of the benchmark's mapping without indexes, \copy, then the indexes, statistics last.
create schema salesforce;
create table salesforce.account (
  isdeleted boolean,
  systemmodstamp timestamp without time zone,
  createddate timestamp without time zone,
  lastmodifieddate timestamp without time zone,
  name varchar(255),
  type varchar(255),
  industry varchar(255),
  phone varchar(40),
  website varchar(255),
  annualrevenue double precision,
  numberofemployees integer,
  description text,
  billingstreet varchar(255),
  billingcity varchar(40),
  billingstate varchar(80),
  billingpostalcode varchar(20),
  billingcountry varchar(80),
  ownerid varchar(18),
  parentid varchar(18),
  accountnumber varchar(40),
  rating varchar(255),
  accountsource varchar(255),
  ext_id__c varchar(36),
  since__c date,
  sfid varchar(18),
  id serial,
  _hc_lastop varchar(32) default 'SYNCED',
  _hc_err text
);
\copy salesforce.account (isdeleted, systemmodstamp, createddate, lastmodifieddate, name, type, industry, phone, website, annualrevenue, numberofemployees, description, billingstreet, billingcity, billingstate, billingpostalcode, billingcountry, ownerid, parentid, accountnumber, rating, accountsource, ext_id__c, since__c, sfid) from 'accounts.csv' with (format csv, header, force_null (isdeleted, systemmodstamp, createddate, lastmodifieddate, name, type, industry, phone, website, annualrevenue, numberofemployees, description, billingstreet, billingcity, billingstate, billingpostalcode, billingcountry, ownerid, parentid, accountnumber, rating, accountsource, ext_id__c, since__c, sfid))
alter table salesforce.account add primary key (id);
create unique index on salesforce.account (sfid);
create index on salesforce.account (systemmodstamp);
analyze salesforce.account;
