-- Lets a change of a table give up after two seconds rather than hold up everybody behind it; needs no index.
set local lock_timeout = '2s';
