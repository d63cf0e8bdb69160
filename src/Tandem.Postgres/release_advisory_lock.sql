-- Gives a lock of the session up; needs no index.
select pg_advisory_unlock(hashtextextended($1, 0));
