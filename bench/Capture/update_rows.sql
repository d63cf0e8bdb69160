-- Updates four columns of every row in one statement; $1 tells how.
update salesforce.account set name = 'Changed ' || $1::integer, phone = '+49 89 ' || id, numberofemployees = $1::integer,
  description = 'Some words on the account ' || id || ', which is changed for the time ' || $1::integer
