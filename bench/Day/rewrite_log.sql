-- Writes the change log anew without a gap, to tell what its live entries need. Reads all of it; needs no index.
vacuum full salesforce._trigger_log
