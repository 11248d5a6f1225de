CREATE TABLE "events" (
	"id" text PRIMARY KEY NOT NULL,
	"merchant_id" text NOT NULL,
	"mode" text NOT NULL,
	"type" text NOT NULL,
	"resource_id" text NOT NULL,
	"data" json NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "events_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"dispatched_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "gateway_callbacks" (
	"gateway" text NOT NULL,
	"callback_id" text NOT NULL,
	"payment_id" text,
	"kind" text NOT NULL,
	"outcome" text NOT NULL,
	"reason" text,
	"received_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "gateway_callbacks_gateway_callback_id_pk" PRIMARY KEY("gateway","callback_id"),
	CONSTRAINT "gateway_callbacks_outcome" CHECK ("gateway_callbacks"."outcome" in ('applied', 'ignored', 'refused')),
	CONSTRAINT "gateway_callbacks_reason" CHECK (("gateway_callbacks"."outcome" = 'applied') = ("gateway_callbacks"."reason" is null))
);
--> statement-breakpoint
CREATE TABLE "payment_operations" (
	"id" text PRIMARY KEY NOT NULL,
	"merchant_id" text NOT NULL,
	"mode" text NOT NULL,
	"payment_id" text NOT NULL,
	"type" text NOT NULL,
	"amount_minor" numeric(20,0),
	"status" text NOT NULL,
	"failure_code" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payment_operations_amount" CHECK (case "payment_operations"."type" when 'capture' then "payment_operations"."amount_minor" > 0 else "payment_operations"."type" = 'void' end),
	CONSTRAINT "payment_operations_void" CHECK (("payment_operations"."type" = 'void') = ("payment_operations"."amount_minor" is null)),
	CONSTRAINT "payment_operations_status" CHECK ("payment_operations"."status" in ('pending', 'succeeded', 'failed')),
	CONSTRAINT "payment_operations_failure" CHECK (("payment_operations"."status" = 'failed') = ("payment_operations"."failure_code" is not null))
);
--> statement-breakpoint
ALTER TABLE "payments" DROP CONSTRAINT "payments_captured_status";--> statement-breakpoint
ALTER TABLE "payments" DROP CONSTRAINT "payments_refunded_within";--> statement-breakpoint
DROP INDEX "refunds_payment";--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD COLUMN "operation_id" text;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD COLUMN "refund_id" text;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD COLUMN "customer_id" text;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD COLUMN "replays" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD COLUMN "conflicts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD COLUMN "last_replayed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD COLUMN "last_conflict_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "merchants" ADD COLUMN "money_out_frozen_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "refund_pending_minor" numeric(20,0) DEFAULT 0 NOT NULL;--> statement-breakpoint
-- Until now only the demo's seed has made refunds, and it is in test mode.
ALTER TABLE "refunds" ADD COLUMN "mode" text DEFAULT 'test' NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ALTER COLUMN "mode" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "failure_code" text;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "gateway_reference" text;--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gateway_callbacks" ADD CONSTRAINT "gateway_callbacks_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_operations" ADD CONSTRAINT "payment_operations_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_operations" ADD CONSTRAINT "payment_operations_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "events_newest" ON "events" USING btree ("merchant_id","mode","position" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "events_type" ON "events" USING btree ("merchant_id","mode","type","position" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "events_resource" ON "events" USING btree ("resource_id");--> statement-breakpoint
CREATE INDEX "events_undispatched" ON "events" USING btree ("position") WHERE "events"."dispatched_at" is null;--> statement-breakpoint
CREATE INDEX "gateway_callbacks_payment" ON "gateway_callbacks" USING btree ("payment_id");--> statement-breakpoint
CREATE INDEX "gateway_callbacks_received" ON "gateway_callbacks" USING btree ("received_at");--> statement-breakpoint
CREATE UNIQUE INDEX "payment_operations_one_pending" ON "payment_operations" USING btree ("payment_id") WHERE "payment_operations"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "payment_operations_payment" ON "payment_operations" USING btree ("payment_id","created_at");--> statement-breakpoint
CREATE INDEX "payment_operations_pending" ON "payment_operations" USING btree ("created_at") WHERE "payment_operations"."status" = 'pending';--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_operation_id_payment_operations_id_fk" FOREIGN KEY ("operation_id") REFERENCES "public"."payment_operations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_refund_id_refunds_id_fk" FOREIGN KEY ("refund_id") REFERENCES "public"."refunds"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "idempotency_keys_customer" ON "idempotency_keys" USING btree ("customer_id") WHERE "idempotency_keys"."customer_id" is not null;--> statement-breakpoint
CREATE INDEX "payments_pending" ON "payments" USING btree ("created_at") WHERE "payments"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "refunds_pending" ON "refunds" USING btree ("created_at") WHERE "refunds"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "refunds_payment" ON "refunds" USING btree ("payment_id","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_status_amounts" CHECK (case "payments"."status"
        when 'captured' then "payments"."captured_minor" > 0 and "payments"."refunded_minor" = 0
        when 'partially_refunded' then "payments"."refunded_minor" > 0 and "payments"."refunded_minor" < "payments"."captured_minor"
        when 'refunded' then "payments"."captured_minor" > 0 and "payments"."refunded_minor" = "payments"."captured_minor"
        else "payments"."status" in ('pending', 'authorized', 'voided', 'failed') and "payments"."captured_minor" = 0
      end);--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_refunded_within" CHECK ("payments"."refunded_minor" >= 0 and "payments"."refund_pending_minor" >= 0 and "payments"."refunded_minor" + "payments"."refund_pending_minor" <= "payments"."captured_minor");--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_status" CHECK ("refunds"."status" in ('pending', 'succeeded', 'failed'));--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_failure" CHECK (("refunds"."status" = 'failed') = ("refunds"."failure_code" is not null));--> statement-breakpoint
-- Claimed together with what it is for, the key first: simultaneous calls must meet at the key.
alter table idempotency_keys alter constraint idempotency_keys_operation_id_payment_operations_id_fk deferrable initially deferred;
--> statement-breakpoint
alter table idempotency_keys alter constraint idempotency_keys_refund_id_refunds_id_fk deferrable initially deferred;
--> statement-breakpoint
create trigger audit_payment_operations after insert or update or delete on payment_operations
  for each row execute function audit_row_change('payment_operation', 'id', '', 'updated_at');
--> statement-breakpoint
-- What a refund claims is told by the refund's own entry: one entry for one change.
drop trigger audit_payments on payments;
--> statement-breakpoint
create trigger audit_payments after insert or update or delete on payments
  for each row execute function audit_row_change('payment', 'id', '', 'updated_at,refund_pending_minor');
--> statement-breakpoint
-- A state moves along these ways and no other, whatever a query gets wrong. lib/payments/state-machine.ts has the same
-- table, and a test compares the two.
create function status_moves() returns trigger language plpgsql as $$
begin
  if old.status || '>' || new.status = any (string_to_array(tg_argv[0], ' ')) then
    return new;
  end if;
  raise exception '% % is %, and cannot become %', tg_table_name, old.id, old.status, new.status
    using errcode = 'check_violation', constraint = tg_name;
end
$$;
--> statement-breakpoint
create trigger payments_status_moves before update on payments
  for each row when (old.status is distinct from new.status) execute function status_moves(
    'pending>authorized pending>captured pending>failed authorized>captured authorized>voided captured>partially_refunded captured>refunded partially_refunded>refunded');
--> statement-breakpoint
create trigger payment_operations_status_moves before update on payment_operations
  for each row when (old.status is distinct from new.status) execute function status_moves('pending>succeeded pending>failed');
--> statement-breakpoint
create trigger refunds_status_moves before update on refunds
  for each row when (old.status is distinct from new.status) execute function status_moves('pending>succeeded pending>failed');
--> statement-breakpoint
grant select, insert on payment_operations, events, gateway_callbacks to countinghouse_app;
--> statement-breakpoint
grant insert on refunds to countinghouse_app;
--> statement-breakpoint
grant update (status, failure_code, updated_at) on payment_operations to countinghouse_app;
--> statement-breakpoint
grant update (status, failure_code, gateway_reference, updated_at) on refunds to countinghouse_app;
--> statement-breakpoint
grant update (refund_pending_minor) on payments to countinghouse_app;
--> statement-breakpoint
-- What has happened stays as it was told; only that it was handed on may be noted.
grant update (dispatched_at) on events to countinghouse_app;
--> statement-breakpoint
grant update (outcome, reason) on gateway_callbacks to countinghouse_app;
--> statement-breakpoint
grant update (replays, conflicts, last_replayed_at, last_conflict_at) on idempotency_keys to countinghouse_app;
