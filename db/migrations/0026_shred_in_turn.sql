-- As in 0023, but the card is locked before anything is decided. Until now the statement that decided took the lock, and had looked at
-- the payments by then: of two that were settled at once each saw the other as pending, and so did a card's deleting and a settling.
create or replace function shred_card_number(card text) returns void language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  perform from public.cards c where c.id = card for no key update;
  -- Its own statement: it sees what was committed while the lock was waited for.
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
select set_config('countinghouse.context', '{"actorType": "system", "actorId": "migration"}', true);
--> statement-breakpoint
-- What was left behind by that: cards whose payments were all declined, and deleted or spent ones with nothing pending.
select shred_card_number(c.id) from cards c
 where c.number is not null and (c.one_off and c.spent_at is null or c.deleted_at is not null or c.spent_at is not null);
--> statement-breakpoint
-- A server from before 0023 that deleted a card after it had run told of the fingerprint.
update events e set data = regexp_replace(e.data::text, '"fingerprint":"[0-9a-f]*"', '"fingerprint":null')::json
  from cards c
 where c.id = e.resource_id and c.fingerprint is null and e.type in ('card.created', 'card.deleted')
   and e.data::text like '%"fingerprint":"%';
--> statement-breakpoint
select set_config('countinghouse.context', '', true);
