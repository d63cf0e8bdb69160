-- Adds a user; writes by its keys.
insert into tandem.local_user (id, name, email, password_hash, role, created_at, password_changed_at)
values ($1, $2, $3, $4, $5, $6, $6);
