-- Tells whether there ever was a token or is a user; reads one row of each at most.
select exists (select from tandem.api_token) or exists (select from tandem.local_user);
