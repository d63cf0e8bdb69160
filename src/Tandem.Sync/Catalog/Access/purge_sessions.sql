-- Deletes the sessions that have ended; uses the index user_session_end.
delete from tandem.user_session where expires_at <= $1;
