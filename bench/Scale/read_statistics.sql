-- Reads the statistics of the loaded table anew: Postgres samples 30,000 rows of it, however many there are.
analyze salesforce.account;
