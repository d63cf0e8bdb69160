-- Names the migrations that this database has; a handful of rows.
select name from tandem.migration order by name;
