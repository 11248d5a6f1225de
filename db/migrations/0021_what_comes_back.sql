-- A refund that was given may come back, and then its money is the merchant's again. lib/payments/state-machine.ts has the same
-- table of moves.
create or replace trigger payments_status_moves before update on payments
  for each row when (old.status is distinct from new.status) execute function status_moves(
    'pending>authorized pending>captured pending>failed authorized>captured authorized>voided captured>partially_refunded captured>refunded partially_refunded>refunded partially_refunded>captured refunded>partially_refunded refunded>captured');
--> statement-breakpoint
create or replace trigger refunds_status_moves before update on refunds
  for each row when (old.status is distinct from new.status) execute function status_moves('pending>succeeded pending>failed succeeded>failed');
--> statement-breakpoint
-- The way back is open to nothing else: a payment's sum goes down with a refund that failed after it was given, in one
-- transaction, and by exactly its amount.
create function refunds_add_up() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  payment text := case tg_table_name when 'refunds' then to_jsonb(new) ->> 'payment_id' else to_jsonb(new) ->> 'id' end;
begin
  if (select p.refunded_minor from public.payments p where p.id = payment)
     = (select coalesce(sum(r.amount_minor), 0) from public.refunds r where r.payment_id = payment and r.status = 'succeeded') then
    return null;
  end if;
  raise exception 'the refunds of % do not add up to what was given back', payment
    using errcode = 'check_violation', constraint = tg_name;
end
$$;
--> statement-breakpoint
create constraint trigger payments_refunds_add_up after update on payments deferrable initially deferred
  for each row when (new.refunded_minor < old.refunded_minor) execute function refunds_add_up();
--> statement-breakpoint
create constraint trigger refunds_add_up after update on refunds deferrable initially deferred
  for each row when (old.status = 'succeeded' and new.status <> 'succeeded') execute function refunds_add_up();
