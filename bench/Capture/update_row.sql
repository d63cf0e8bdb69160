-- Updates four columns of the row $1 to what $2 makes of them. Uses account_pkey.
update salesforce.account set name = 'Changed ' || $2::integer, phone = '+49 89 ' || $2::integer, numberofemployees = $2::integer,
  description = 'Some words on an account which is changed for the time ' || $2::integer
where id = $1
