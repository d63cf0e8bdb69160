-- Changes one account, as an app does. Uses account_pkey.
update salesforce.account set phone = $2 where id = $1
