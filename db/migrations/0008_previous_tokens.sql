ALTER TABLE "sessions" ADD COLUMN "previous_token_hash" "bytea";--> statement-breakpoint
CREATE INDEX "sessions_previous_token" ON "sessions" USING btree ("previous_token_hash");--> statement-breakpoint
grant update (previous_token_hash) on sessions to countinghouse_app;
--> statement-breakpoint
-- An entry says that the token changed; the one before is no news in it.
drop trigger audit_sessions on sessions;
--> statement-breakpoint
create trigger audit_sessions after insert or delete on sessions
  for each row execute function audit_row_change('session', 'id', 'token_hash,previous_token_hash', 'last_seen_at,previous_token_hash');
--> statement-breakpoint
drop trigger audit_sessions_update on sessions;
--> statement-breakpoint
create trigger audit_sessions_update after update on sessions
  for each row when (to_jsonb(old) - 'last_seen_at' is distinct from to_jsonb(new) - 'last_seen_at')
  execute function audit_row_change('session', 'id', 'token_hash,previous_token_hash', 'last_seen_at,previous_token_hash');
