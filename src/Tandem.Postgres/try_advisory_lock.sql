-- Takes a lock of the session by its name, when no other session holds it; needs no index.
select pg_try_advisory_lock(hashtextextended($1, 0));
