-- What a link, a proof, a set-up or a message is about stays as it was made; only how far it has come may change. With the
-- application's password alone nobody turns one user's link, or one act's proof, into another's.
revoke update on email_links, step_ups, pending_setups, outgoing_messages from countinghouse_app;
--> statement-breakpoint
grant update (used_at) on email_links to countinghouse_app;
--> statement-breakpoint
grant update (method, granted_at, expires_at, consumed_at) on step_ups to countinghouse_app;
--> statement-breakpoint
grant update (attempts) on pending_setups to countinghouse_app;
--> statement-breakpoint
grant update (attempts, next_attempt_at, sent_at, failed_at, sealed) on outgoing_messages to countinghouse_app;
--> statement-breakpoint
-- A proof acts once and a link acts once, whatever a query gets wrong.
create function spent_stays_spent() returns trigger language plpgsql as $$
begin
  raise exception '% % is spent', tg_table_name, old.id using errcode = 'check_violation';
end
$$;
--> statement-breakpoint
create trigger step_up_stays_consumed before update on step_ups
  for each row when (old.consumed_at is not null) execute function spent_stays_spent();
--> statement-breakpoint
create trigger email_link_stays_used before update on email_links
  for each row when (old.used_at is not null) execute function spent_stays_spent();
