-- Eviction takes the oldest session, and two sign-ins may fall into one millisecond.
alter table sessions alter column created_at set data type timestamp with time zone;
--> statement-breakpoint
-- Seeing a session again is no event. The trigger left such a change out already, but asked for an actor first, and
-- reading a session has none. Any other column, also one that is added later, still makes an entry.
drop trigger audit_sessions on sessions;
--> statement-breakpoint
create trigger audit_sessions after insert or delete on sessions
  for each row execute function audit_row_change('session', 'id', 'token_hash', 'last_seen_at');
--> statement-breakpoint
create trigger audit_sessions_update after update on sessions
  for each row when (to_jsonb(old) - 'last_seen_at' is distinct from to_jsonb(new) - 'last_seen_at')
  execute function audit_row_change('session', 'id', 'token_hash', 'last_seen_at');
--> statement-breakpoint
-- A session can be seen and can end. Whose it is, its token and its absolute limit stay as they were made.
revoke update on sessions from countinghouse_app;
--> statement-breakpoint
grant update (last_seen_at, ended_at, ended_reason) on sessions to countinghouse_app;
--> statement-breakpoint
-- What has ended stays ended, whatever a query gets wrong.
create function session_stays_ended() returns trigger language plpgsql as $$
begin
  raise exception 'session % has ended', old.id using errcode = 'check_violation';
end
$$;
--> statement-breakpoint
create trigger session_stays_ended before update on sessions
  for each row when (old.ended_at is not null) execute function session_stays_ended();
