-- Ends every session of a user; uses the index user_session_user.
delete from tandem.user_session where user_id = $1;
