-- Finds a user by name or e-mail; uses the indexes local_user_name and local_user_email.
select id, name, email, role, created_at, password_changed_at, signed_in_at, password_hash
from tandem.local_user
where lower(name) = lower($1) or lower(email) = lower($1);
