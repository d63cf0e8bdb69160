-- Notes a sign-in, and the password's newer hash ($3) unless the password has changed meanwhile ($4); uses the primary key.
update tandem.local_user set signed_in_at = $2, password_hash = $3 where id = $1 and password_hash = $4;
