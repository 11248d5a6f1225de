DROP INDEX "customers_key";--> statement-breakpoint
DROP INDEX "cards_key";--> statement-breakpoint
CREATE INDEX "customers_key" ON "customers" USING btree ("key_id","id");--> statement-breakpoint
CREATE INDEX "cards_key" ON "cards" USING btree ("key_id","id");