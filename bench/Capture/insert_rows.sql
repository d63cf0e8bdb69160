-- Inserts the rows from $1 to $2 in one statement, as an app does: without sfid and what else Salesforce fills.
insert into salesforce.account (
  isdeleted, name, type, industry, phone, website, annualrevenue, numberofemployees, description, billingstreet, billingcity, billingstate,
  billingpostalcode, billingcountry, ownerid, accountnumber, rating, accountsource, ext_id__c, since__c)
select false, 'Account number ' || i, 'Customer', 'Energy', '+49 30 ' || i, 'https://example.com/' || i, i * 1.5, i,
  'Some words on the account ' || i || ', which is "new" and has a \ in its description.', 'Street ' || i, 'Berlin', 'BE', '10115',
  'Germany', '005000000000001AAA', 'AN-' || i, 'Hot', 'Web', 'ext-' || i, date '2020-01-01' + (i % 1000)
from generate_series($1::integer, $2::integer) i
