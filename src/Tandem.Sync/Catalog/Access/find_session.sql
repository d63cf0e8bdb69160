-- Finds whose session this is; uses the primary key of both tables.
select u.id, u.name, u.email, u.role, u.created_at, u.password_changed_at, u.signed_in_at
from tandem.user_session s
join tandem.local_user u on u.id = s.user_id
where s.token_hash = $1 and s.expires_at > $2;
