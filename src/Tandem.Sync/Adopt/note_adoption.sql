-- Notes that the schema $1 is taken over, with the entries $2 that were claimed by the program before. Uses the primary key.
insert into tandem.adoption (schema_name, claimed) values ($1, $2)
on conflict (schema_name) do update set
  adopted_at = now(), claimed = array(select distinct unnest(tandem.adoption.claimed || excluded.claimed) order by 1);
