-- A claim passes over locked entries, so a push that sleeps is called ($1 its channel), and none falls asleep. Needs no index.
select case when not pg_try_advisory_xact_lock_shared(hashtextextended($1, 0)) then pg_notify($1, 'ping') is null end
