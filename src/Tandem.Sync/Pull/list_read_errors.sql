-- Lists the next records with read errors behind one, by their ids; uses the primary key.
select distinct e.sfid from tandem.read_error e
where e.schema_name = $1 and e.object_name = $2 and e.sfid > $3
order by e.sfid
limit $4;
