-- Makes the statistics of this session's work show at once; PostgreSQL 15 or newer.
select pg_stat_force_next_flush(), pg_stat_clear_snapshot();
