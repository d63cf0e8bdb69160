-- Notes a migration as applied; writes by the primary key.
insert into tandem.migration (name) values ($1);
