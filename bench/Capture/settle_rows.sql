-- Makes all rows such as Salesforce has them, so that an update has their status to change. Scans the table.
begin;
set local xmlbinary = 'hex';
update salesforce.account set _hc_lastop = 'SYNCED', _hc_err = null;
commit;
