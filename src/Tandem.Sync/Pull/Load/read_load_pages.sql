-- Reads the pages of a load that are in the table; uses the primary key.
select locator, next_locator, is_listed, row_count
from tandem.load_page
where schema_name = $1 and object_name = $2;
