-- Gives a user another e-mail address and role; uses the primary key.
update tandem.local_user set email = $2, role = $3 where id = $1
returning id, name, email, role, created_at, password_changed_at, signed_in_at;
