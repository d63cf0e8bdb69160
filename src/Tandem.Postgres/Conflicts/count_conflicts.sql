-- Counts the conflicts of the schema $1 by table: all that are kept, read from conflicts_record alone, and those of the last day ($2), by
-- conflicts_age.
with kept as (select table_name, count(*) as conflicts from tandem.conflicts where schema_name = $1 group by table_name),
  fresh as (
    select table_name, count(*) as conflicts from tandem.conflicts where schema_name = $1 and noted_at > now() - $2 group by table_name)
select kept.table_name, kept.conflicts, coalesce(fresh.conflicts, 0) from kept left join fresh using (table_name)
