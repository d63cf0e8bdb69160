-- Finds out whether the session is still there; needs no index.
select true;
