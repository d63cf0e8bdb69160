-- Sums up the rows written so far in the user's and our tables, and the server's WAL; reads statistics only.
select
  (select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint from pg_stat_user_tables where schemaname not like 'pg_temp%'),
  (pg_current_wal_insert_lsn() - '0/0')::numeric;
