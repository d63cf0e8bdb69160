-- How many sessions the server has; needs no index.
select count(*) from pg_stat_activity where datname = current_database() and application_name = 'tandem';
