ALTER TABLE "cards" ADD COLUMN "one_off" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "events_created" ON "events" USING brin ("created_at");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_event" ON "webhook_deliveries" USING btree ("event_id");--> statement-breakpoint
-- What was told of a card loses the fingerprint when the card does. It is all that ever changes in an event but for its having
-- been handed on, so the application's role has no right to it: this has the owner's.
create function forget_card_fingerprint() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update public.events e set data = regexp_replace(e.data::text, '"fingerprint":"[0-9a-f]*"', '"fingerprint":null')::json
   where e.resource_id = new.id and e.type in ('card.created', 'card.deleted');
  return null;
end
$$;
--> statement-breakpoint
revoke execute on function forget_card_fingerprint() from public;
--> statement-breakpoint
create trigger cards_forget_fingerprint after update on cards
  for each row when (old.fingerprint is not null and new.fingerprint is null) execute function forget_card_fingerprint();
--> statement-breakpoint
update events e set data = regexp_replace(e.data::text, '"fingerprint":"[0-9a-f]*"', '"fingerprint":null')::json
  from cards c
 where c.id = e.resource_id and c.fingerprint is null and e.type in ('card.created', 'card.deleted');
--> statement-breakpoint
-- As in 0016, and a card that was typed in for one payment loses its number when that one was declined, as if it were spent.
create or replace function shred_card_number(card text) returns void language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  update public.cards c
     set spent_at = coalesce(c.spent_at, case
           when m.vault_mode = 'transient' and exists (select from public.payments p where p.card_id = c.id and p.status <> 'pending')
             or c.one_off and exists (select from public.payments p where p.card_id = c.id)
               and not exists (select from public.payments p where p.card_id = c.id and p.status <> 'failed')
           then now() end)
    from public.merchants m
   where c.id = card and m.id = c.merchant_id
     and ((m.vault_mode = 'transient' or c.one_off or c.spent_at is not null) and c.number is not null
       or c.deleted_at is not null and c.fingerprint is not null);
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
-- Takes away what has served its time, a batch at a time, and says how much that was. The application's role may not delete
-- events or callbacks otherwise. An event that was not handed on, or that a delivery still points at, stays however old it is.
create function sweep_events(batch integer) returns integer language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  gone integer;
begin
  delete from public.events where id = any (array(
    select e.id from public.events e
     where e.created_at < now() - interval '90 days' and e.dispatched_at is not null
       and not exists (select from public.webhook_deliveries d where d.event_id = e.id)
     limit batch for update skip locked));
  get diagnostics gone = row_count;
  return gone;
end
$$;
--> statement-breakpoint
create function sweep_gateway_callbacks(batch integer) returns integer language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  gone integer;
begin
  delete from public.gateway_callbacks where (gateway, callback_id) in (
    select c.gateway, c.callback_id from public.gateway_callbacks c
     where c.received_at < now() - interval '90 days' limit batch for update skip locked);
  get diagnostics gone = row_count;
  return gone;
end
$$;
--> statement-breakpoint
revoke execute on function sweep_events(integer), sweep_gateway_callbacks(integer) from public;
--> statement-breakpoint
grant execute on function sweep_events(integer), sweep_gateway_callbacks(integer) to countinghouse_app;
