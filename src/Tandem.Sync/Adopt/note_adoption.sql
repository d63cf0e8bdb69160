-- Notes that the schema $1 is taken over, with the entries $2 that were claimed by the program before, and the script $3 that leads back to
-- it. Uses the primary key.
insert into tandem.adoption (schema_name, claimed, former) values ($1, $2, $3)
on conflict (schema_name) do update set
  adopted_at = now(),
  claimed = array(select distinct unnest(tandem.adoption.claimed || excluded.claimed) order by 1),
  former = tandem.adoption.former || excluded.former;
