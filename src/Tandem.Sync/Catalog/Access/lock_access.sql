-- Lets one session at a time decide whether this is a first start, until its transaction ends; needs no index.
select pg_advisory_xact_lock(hashtext('tandem access'));
