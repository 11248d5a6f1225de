-- What the application's role may do, table by table: nothing that is not named here. It owns nothing, can change no
-- table's shape, and has neither UPDATE nor DELETE on the audit trail (PCI DSS 10.3.2).
grant usage on schema public to countinghouse_app;
--> statement-breakpoint
-- A temporary table could stand in for one of ours.
do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$;
--> statement-breakpoint
grant select on merchants, users, totp_factors, api_keys, refunds to countinghouse_app;
--> statement-breakpoint
grant update (last_step) on totp_factors to countinghouse_app;
--> statement-breakpoint
grant select, insert, update on factor_attempts, sign_in_challenges, sessions, rate_limit_subjects to countinghouse_app;
--> statement-breakpoint
-- A payment's state moves. Whose it is, how much and of which card stays as it was made; so does a key's request.
grant select, insert on payments, idempotency_keys to countinghouse_app;
--> statement-breakpoint
grant update (status, captured_minor, refunded_minor, failure_code, failure_message, gateway_reference, updated_at) on payments to countinghouse_app;
--> statement-breakpoint
grant update (fence, lease_until, response_status, response_body, completed_at) on idempotency_keys to countinghouse_app;
--> statement-breakpoint
grant delete on sign_in_challenges, idempotency_keys, rate_limit_subjects to countinghouse_app;
--> statement-breakpoint
grant select, insert, delete on request_nonces, rate_limit_hits to countinghouse_app;
--> statement-breakpoint
grant select, insert on data_keys, cards, audit_chain to countinghouse_app;
--> statement-breakpoint
grant select on audit_entries to countinghouse_app;
--> statement-breakpoint
-- Neither an entry's number nor its time is the application's to choose.
grant insert (merchant_id, action, outcome, resource_type, resource_id, old_values, new_values, actor_type, actor_id, ip, user_agent, request_id)
  on audit_entries to countinghouse_app;
--> statement-breakpoint
grant select, delete on audit_queue to countinghouse_app;
