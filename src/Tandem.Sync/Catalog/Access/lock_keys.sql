-- Lets one program at a time look after the keys, until its transaction ends; needs no index.
select pg_advisory_xact_lock(hashtext('tandem key ring'));
