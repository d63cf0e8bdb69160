-- Has this transaction wait for a lock a second at most, so that nobody queues behind it for long; needs no index.
set local lock_timeout = '1s';
