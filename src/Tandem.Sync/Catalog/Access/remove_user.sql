-- Removes a user, and the sessions with it; uses the index local_user_name.
delete from tandem.local_user where lower(name) = lower($1)
returning id, name, email, role, created_at, password_changed_at, signed_in_at;
