-- How many mappings are not loaded yet; needs no index.
select count(*) from tandem.mapping m join tandem.connection c on c.id = m.connection_id
where not exists (
  select from tandem.progress p
  where p.schema_name = c.schema_name and p.object_name = m.object_name and p.cursor_stamp is not null);
