-- Notes the records ($2) that a long reading ($1) has seen; uses the primary key.
insert into tandem.refresh_record (refresh_id, sfid) select $1, unnest($2) on conflict do nothing;
