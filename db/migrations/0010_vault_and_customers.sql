CREATE TABLE "customers" (
	"id" text PRIMARY KEY NOT NULL,
	"merchant_id" text NOT NULL,
	"mode" text NOT NULL,
	"key" text,
	"key_id" text GENERATED ALWAYS AS (split_part("key", '.', 2)) STORED,
	"name" text,
	"email" text,
	"phone" text,
	"tax_id" text,
	"metadata" text,
	"email_index" "bytea",
	"phone_index" "bytea",
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"erased_at" timestamp (3) with time zone,
	CONSTRAINT "customers_mode" CHECK ("customers"."mode" in ('test', 'live')),
	CONSTRAINT "customers_phone_index" CHECK (("customers"."phone" is null) = ("customers"."phone_index" is null)),
	CONSTRAINT "customers_erased" CHECK (case when "customers"."erased_at" is null
        then num_nulls("customers"."key", "customers"."name", "customers"."email", "customers"."metadata", "customers"."email_index") = 0
        else num_nonnulls("customers"."key", "customers"."name", "customers"."email", "customers"."phone", "customers"."tax_id", "customers"."metadata", "customers"."email_index", "customers"."phone_index") = 0 end)
);
--> statement-breakpoint
ALTER TABLE "cards" ALTER COLUMN "number" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "cards" ALTER COLUMN "fingerprint" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "customer_id" text;--> statement-breakpoint
ALTER TABLE "cards" ADD COLUMN "customer_id" text;--> statement-breakpoint
ALTER TABLE "cards" ADD COLUMN "key_id" text GENERATED ALWAYS AS (split_part("number", '.', 2)) STORED;--> statement-breakpoint
ALTER TABLE "cards" ADD COLUMN "deleted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "cards" ADD COLUMN "spent_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "data_keys" ADD CONSTRAINT "data_keys_kid" UNIQUE("kid");--> statement-breakpoint
ALTER TABLE "customers" ADD CONSTRAINT "customers_merchant_id_merchants_id_fk" FOREIGN KEY ("merchant_id") REFERENCES "public"."merchants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customers" ADD CONSTRAINT "customers_key_id_data_keys_kid_fk" FOREIGN KEY ("key_id") REFERENCES "public"."data_keys"("kid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "customers_newest" ON "customers" USING btree ("merchant_id","mode","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "customers_email" ON "customers" USING btree ("merchant_id","mode","email_index");--> statement-breakpoint
CREATE INDEX "customers_phone" ON "customers" USING btree ("merchant_id","mode","phone_index");--> statement-breakpoint
CREATE INDEX "customers_key" ON "customers" USING btree ("key_id");--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cards" ADD CONSTRAINT "cards_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cards" ADD CONSTRAINT "cards_key_id_data_keys_kid_fk" FOREIGN KEY ("key_id") REFERENCES "public"."data_keys"("kid") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "payments_customer" ON "payments" USING btree ("customer_id","created_at" DESC NULLS LAST) WHERE "payments"."customer_id" is not null;--> statement-breakpoint
CREATE INDEX "cards_customer" ON "cards" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "cards_key" ON "cards" USING btree ("key_id");--> statement-breakpoint
CREATE INDEX "cards_to_shred" ON "cards" USING btree ("id") WHERE "cards"."number" is not null and ("cards"."deleted_at" is not null or "cards"."spent_at" is not null);--> statement-breakpoint
ALTER TABLE "cards" ADD CONSTRAINT "cards_number" CHECK ("cards"."number" is not null or "cards"."deleted_at" is not null or "cards"."spent_at" is not null);--> statement-breakpoint
ALTER TABLE "cards" ADD CONSTRAINT "cards_fingerprint" CHECK ("cards"."fingerprint" is not null or "cards"."deleted_at" is not null);--> statement-breakpoint
-- As in 0001, and two more verbs: a card that is deleted and a customer who is erased leave a row behind.
create or replace function audit_row_change() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  context jsonb := audit_context();
  resource text := tg_argv[0];
  masked text[] := string_to_array(tg_argv[2], ',');
  ignored text[] := string_to_array(tg_argv[3], ',');
  before jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
  after jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
  whole jsonb := case when tg_op = 'DELETE' then before else after end;
  old_shown jsonb;
  new_shown jsonb;
  verb text;
begin
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(key, before -> key), jsonb_object_agg(key, value) into old_shown, new_shown
      from jsonb_each(after)
     where value is distinct from before -> key and not key = any (ignored);
    if new_shown is null then
      return null;
    end if;
    verb := case
      when new_shown ? 'status' then after ->> 'status'
      when new_shown ? 'ended_at' then 'ended'
      when new_shown ? 'deleted_at' then 'deleted'
      when new_shown ? 'erased_at' then 'erased'
      else 'updated'
    end;
  else
    old_shown := case when tg_op = 'DELETE' then before end;
    new_shown := case when tg_op = 'INSERT' then after end;
    verb := case tg_op when 'INSERT' then 'created' else 'deleted' end;
  end if;

  -- With its schema: a temporary table of the same name would be found first, and take the entry.
  insert into public.audit_entries (merchant_id, action, resource_type, resource_id, old_values, new_values,
                                    actor_type, actor_id, ip, user_agent, request_id)
  values (
    coalesce(case resource when 'merchant' then whole ->> 'id' end, whole ->> 'merchant_id', context ->> 'merchantId'),
    resource || '.' || verb,
    resource,
    whole ->> tg_argv[1],
    audit_masked(old_shown, masked),
    audit_masked(new_shown, masked),
    context ->> 'actorType', context ->> 'actorId', context ->> 'ip', context ->> 'userAgent', context ->> 'requestId'
  );
  return null;
end
$$;
--> statement-breakpoint
-- Re-sealing under another data key changes nothing that anybody could read. lib/vault records it, once a batch.
drop trigger audit_cards on cards;
--> statement-breakpoint
create trigger audit_cards after insert or delete on cards
  for each row execute function audit_row_change('card', 'id', 'number,fingerprint', 'key_id');
--> statement-breakpoint
create trigger audit_cards_update after update on cards
  for each row when (old.number is null or new.number is null
    or to_jsonb(old) - array['number', 'key_id'] is distinct from to_jsonb(new) - array['number', 'key_id'])
  execute function audit_row_change('card', 'id', 'number,fingerprint', 'key_id');
--> statement-breakpoint
create trigger audit_customers after insert or delete on customers
  for each row execute function audit_row_change('customer', 'id', 'key,name,email,phone,tax_id,metadata,email_index,phone_index', 'key_id');
--> statement-breakpoint
create trigger audit_customers_update after update on customers
  for each row when (old.key is null or new.key is null
    or to_jsonb(old) - array['key', 'key_id'] is distinct from to_jsonb(new) - array['key', 'key_id'])
  execute function audit_row_change('customer', 'id', 'key,name,email,phone,tax_id,metadata,email_index,phone_index', 'key_id,updated_at');
--> statement-breakpoint
grant select, insert on customers to countinghouse_app;
--> statement-breakpoint
-- Whose a customer or a card is stays as it was made.
grant update (key, name, email, phone, tax_id, metadata, email_index, phone_index, updated_at, erased_at) on customers to countinghouse_app;
--> statement-breakpoint
grant update (number, fingerprint, deleted_at, spent_at) on cards to countinghouse_app;
--> statement-breakpoint
grant update (customer_id) on idempotency_keys to countinghouse_app;
--> statement-breakpoint
-- What is gone stays gone, whatever a query gets wrong.
create function gone_stays_gone() returns trigger language plpgsql as $$
begin
  raise exception '% % is gone', tg_table_name, old.id using errcode = 'check_violation', constraint = tg_name;
end
$$;
--> statement-breakpoint
create trigger customer_stays_erased before update on customers
  for each row when (old.erased_at is not null) execute function gone_stays_gone();
--> statement-breakpoint
create trigger card_stays_gone before update on cards
  for each row when (old.number is null and new.number is not null
    or old.fingerprint is null and new.fingerprint is not null
    or old.deleted_at is not null and new.deleted_at is distinct from old.deleted_at
    or old.spent_at is not null and new.spent_at is distinct from old.spent_at)
  execute function gone_stays_gone();
--> statement-breakpoint
-- Shreds a card's number if it is to be: the card was deleted, or a payment with it was settled at a merchant that keeps no
-- numbers; and if no pending payment may still have to be sent with it.
-- The card is locked before the payments are looked at: of two settlements at once the second sees the first's.
create function shred_card_number(card text) returns void language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  update public.cards c
     set spent_at = coalesce(c.spent_at, case
           when m.vault_mode = 'transient' and exists (select from public.payments p where p.card_id = c.id and p.status <> 'pending')
           then now() end)
    from public.merchants m
   where c.id = card and m.id = c.merchant_id and c.number is not null
     and (m.vault_mode = 'transient' or c.deleted_at is not null);
  if not found then
    return;
  end if;
  update public.cards c
     set number = null, fingerprint = case when c.deleted_at is null then c.fingerprint end
   where c.id = card and (c.deleted_at is not null or c.spent_at is not null)
     and not exists (select from public.payments p where p.card_id = c.id and p.status = 'pending');
end
$$;
--> statement-breakpoint
revoke execute on function shred_card_number(text) from public;
--> statement-breakpoint
grant execute on function shred_card_number(text) to countinghouse_app;
--> statement-breakpoint
-- Whoever settles a payment, in whatever way: its card is looked at in the same transaction.
create function shred_settled_card() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  perform public.shred_card_number(new.card_id);
  return null;
end
$$;
--> statement-breakpoint
create trigger payments_shred_card after update on payments
  for each row when (old.status = 'pending' and new.status <> 'pending') execute function shred_settled_card();
--> statement-breakpoint
-- Takes a data key away that is no longer written with, and that no row is sealed under; false otherwise. The rows' foreign
-- keys decide, also against a server that seals at this moment.
create function retire_data_key(retired text) returns boolean language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from public.data_keys k
   where k.kid = retired and k.purpose in ('card-number', 'customer-key')
     and exists (select from public.data_keys newer where newer.purpose = k.purpose and newer.created_at > k.created_at);
  return found;
exception when foreign_key_violation then
  return false;
end
$$;
--> statement-breakpoint
revoke execute on function retire_data_key(text) from public;
--> statement-breakpoint
grant execute on function retire_data_key(text) to countinghouse_app;
