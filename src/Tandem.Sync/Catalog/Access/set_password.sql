-- Gives a user another password; uses the index local_user_name.
update tandem.local_user set password_hash = $2, password_changed_at = $3 where lower(name) = lower($1)
returning id, name, email, role, created_at, password_changed_at, signed_in_at;
