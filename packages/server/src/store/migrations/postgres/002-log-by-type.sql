-- Events of one type in the order of the log. Without it, a type that is rare is looked for in all of the log.
create index log_by_type on log (type, time, instance, seq);
