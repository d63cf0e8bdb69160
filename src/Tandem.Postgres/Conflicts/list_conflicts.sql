-- Lists the newest conflicts of the schema $1 below an id ($2), of one table ($3) or of all; uses conflicts_newest.
select id, table_name, sfid, column_name, local_value, salesforce_value, winner, noted_at
from tandem.conflicts
where schema_name = $1 and id < $2 and ($3::text is null or table_name = $3)
order by id desc
limit $4;
