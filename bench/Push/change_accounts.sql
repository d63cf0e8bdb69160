-- Changes four columns of every account, as an app does in one statement, for the round $1. Reads the whole table.
update salesforce.account set
  name = 'Account ' || sfid || ' in round ' || $1::text,
  phone = '+49 30 ' || $1::text,
  numberofemployees = $1,
  description = 'Some words on the account ' || sfid || ', which is changed for the time ' || $1::text || '.'
