CREATE TABLE "webhook_attempts" (
	"delivery_id" text NOT NULL,
	"number" integer NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"status_code" integer,
	"error" text,
	"latency_ms" integer,
	CONSTRAINT "webhook_attempts_delivery_id_number_pk" PRIMARY KEY("delivery_id","number"),
	CONSTRAINT "webhook_attempts_outcome" CHECK (num_nonnulls("webhook_attempts"."status_code", "webhook_attempts"."error") = case when "webhook_attempts"."ended_at" is null then 0 else 1 end)
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"endpoint_id" text NOT NULL,
	"event_id" text NOT NULL,
	"replay" integer DEFAULT 0 NOT NULL,
	"resource_id" text NOT NULL,
	"position" bigint NOT NULL,
	"event_type" text NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"rung" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"lease_until" timestamp (3) with time zone,
	"tried_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "webhook_deliveries_state" CHECK ("webhook_deliveries"."state" in ('pending', 'delivered', 'failed')),
	CONSTRAINT "webhook_deliveries_ended" CHECK (("webhook_deliveries"."ended_at" is null) = ("webhook_deliveries"."state" = 'pending'))
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoints" (
	"id" text PRIMARY KEY NOT NULL,
	"merchant_id" text NOT NULL,
	"mode" text NOT NULL,
	"url" text NOT NULL,
	"events" text[] NOT NULL,
	"secret" text,
	"previous_secret" text,
	"previous_secret_until" timestamp (3) with time zone,
	"status" text DEFAULT 'enabled' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"enabled_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"disabled_at" timestamp (3) with time zone,
	CONSTRAINT "webhook_endpoints_mode" CHECK ("webhook_endpoints"."mode" in ('test', 'live')),
	CONSTRAINT "webhook_endpoints_status" CHECK ("webhook_endpoints"."status" in ('enabled', 'disabled', 'deleted')),
	CONSTRAINT "webhook_endpoints_secret" CHECK (("webhook_endpoints"."secret" is null) = ("webhook_endpoints"."status" = 'deleted')),
	CONSTRAINT "webhook_endpoints_previous" CHECK (("webhook_endpoints"."previous_secret" is null) = ("webhook_endpoints"."previous_secret_until" is null)),
	CONSTRAINT "webhook_endpoints_disabled" CHECK ("webhook_endpoints"."disabled_at" is null or "webhook_endpoints"."status" <> 'enabled')
);
--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "request_id" text DEFAULT (nullif(current_setting('countinghouse.context', true), '')::jsonb ->> 'requestId');--> statement-breakpoint
ALTER TABLE "webhook_attempts" ADD CONSTRAINT "webhook_attempts_delivery_id_webhook_deliveries_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "public"."webhook_deliveries"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_endpoint_id_webhook_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."webhook_endpoints"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_event_id_events_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."events"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "webhook_attempts_started" ON "webhook_attempts" USING btree ("started_at");--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_deliveries_once" ON "webhook_deliveries" USING btree ("endpoint_id","event_id","replay");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_newest" ON "webhook_deliveries" USING btree ("endpoint_id","created_at","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries" USING btree ("endpoint_id","next_attempt_at","position") WHERE "webhook_deliveries"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_untried" ON "webhook_deliveries" USING btree ("endpoint_id","resource_id","position") WHERE "webhook_deliveries"."state" = 'pending' and "webhook_deliveries"."tried_at" is null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_delivered" ON "webhook_deliveries" USING btree ("endpoint_id","ended_at") WHERE "webhook_deliveries"."state" = 'delivered';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_ended" ON "webhook_deliveries" USING btree ("ended_at") WHERE "webhook_deliveries"."state" <> 'pending';--> statement-breakpoint
CREATE INDEX "webhook_endpoints_newest" ON "webhook_endpoints" USING btree ("merchant_id","mode","created_at","id");--> statement-breakpoint
-- Deliveries and attempts write no entries of the trail: they are a work list and its log, in which every attempt is kept.
create trigger audit_webhook_endpoints after insert or update or delete on webhook_endpoints
  for each row execute function audit_row_change('webhook_endpoint', 'id', 'secret,previous_secret', '');
--> statement-breakpoint
-- Where it points, whose it is and what it is told of stay as they were made: with the application's password alone nobody
-- turns a merchant's events to another address.
grant select, insert on webhook_endpoints, webhook_deliveries, webhook_attempts to countinghouse_app;
--> statement-breakpoint
grant update (secret, previous_secret, previous_secret_until, status, enabled_at, disabled_at) on webhook_endpoints to countinghouse_app;
--> statement-breakpoint
grant update (state, attempts, rung, next_attempt_at, lease_until, tried_at, ended_at) on webhook_deliveries to countinghouse_app;
--> statement-breakpoint
grant update (ended_at, status_code, error, latency_ms) on webhook_attempts to countinghouse_app;
--> statement-breakpoint
grant delete on webhook_deliveries to countinghouse_app;
