-- Notes that the channel $2 has told of the notifications $1, or has given them up; uses the primary key.
insert into tandem.delivery (notification_id, channel, is_given_up)
select n.id, $2, $3
from tandem.notification n
where n.id = any ($1)
on conflict do nothing;
