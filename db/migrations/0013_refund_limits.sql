CREATE TABLE "refund_limits" (
	"merchant_id" text NOT NULL,
	"currency" text NOT NULL,
	"step_up_above_minor" numeric(20,0) NOT NULL,
	CONSTRAINT "refund_limits_merchant_id_currency_pk" PRIMARY KEY("merchant_id","currency"),
	CONSTRAINT "refund_limits_step_up_above" CHECK ("refund_limits"."step_up_above_minor" >= 0)
);
--> statement-breakpoint
ALTER TABLE "refund_limits" ADD CONSTRAINT "refund_limits_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
create trigger audit_refund_limits after insert or update or delete on refund_limits
  for each row execute function audit_row_change('refund_limit', 'currency', '', '');
--> statement-breakpoint
-- Read where a refund is begun; who may change them comes with the settings.
grant select on refund_limits to countinghouse_app;
