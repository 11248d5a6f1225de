CREATE TABLE "api_requests" (
	"id" text PRIMARY KEY NOT NULL,
	"merchant_id" text NOT NULL,
	"mode" text NOT NULL,
	"api_key_id" text NOT NULL,
	"method" text NOT NULL,
	"route" text NOT NULL,
	"path" text NOT NULL,
	"status" integer NOT NULL,
	"error_code" text,
	"duration_ms" integer NOT NULL,
	"idempotency_key" text,
	"ip" text,
	"user_agent" text,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "last_used_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "api_requests" ADD CONSTRAINT "api_requests_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_requests_merchant" ON "api_requests" USING btree ("merchant_id","mode","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "api_requests_created" ON "api_requests" USING btree ("created_at");
--> statement-breakpoint
-- Whose a key is, its mode and what it may do stay as they were made; its secrets turn over, it is used, and it ends.
grant insert on api_keys to countinghouse_app;
--> statement-breakpoint
grant update (secret, previous_secret, previous_secret_until, revoked_at, last_used_at) on api_keys to countinghouse_app;
--> statement-breakpoint
grant select, insert, delete on api_requests to countinghouse_app;
--> statement-breakpoint
-- That a key was used is no change of it: the request log has each use.
drop trigger audit_api_keys on api_keys;
--> statement-breakpoint
create trigger audit_api_keys after insert or update or delete on api_keys
  for each row execute function audit_row_change('api_key', 'id', 'secret,previous_secret', 'last_used_at');
--> statement-breakpoint
-- A revoked key stays what it was, whatever a query gets wrong; the note of its last use may come in late.
create function revoked_stays_revoked() returns trigger language plpgsql as $$
begin
  raise exception '% % is revoked', tg_table_name, old.id using errcode = 'check_violation';
end
$$;
--> statement-breakpoint
create trigger api_key_stays_revoked before update on api_keys
  for each row when (old.revoked_at is not null
    and (new.revoked_at is distinct from old.revoked_at or new.secret is distinct from old.secret
      or new.previous_secret is distinct from old.previous_secret))
  execute function revoked_stays_revoked();
