-- The table of the benchmark as an app would have it that syncs nothing: the same columns and indexes, no trigger.
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
  id serial constraint account_pkey primary key,
  _hc_lastop varchar(32),
  _hc_err text
);
create unique index hcu_idx_account_sfid on salesforce.account (sfid);
create index hc_idx_account_systemmodstamp on salesforce.account (systemmodstamp);
