-- Lists the users; reads the whole table, which people fill by hand.
select id, name, email, role, created_at, password_changed_at, signed_in_at
from tandem.local_user
order by lower(name);
