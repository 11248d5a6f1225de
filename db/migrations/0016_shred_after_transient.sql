-- As in 0011, and a card that was spent loses its number whatever its merchant's mode is by the time that its last payment is settled.
create or replace function shred_card_number(card text) returns void language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  update public.cards c
     set spent_at = coalesce(c.spent_at, case
           when m.vault_mode = 'transient' and exists (select from public.payments p where p.card_id = c.id and p.status <> 'pending')
           then now() end)
    from public.merchants m
   where c.id = card and m.id = c.merchant_id
     and ((m.vault_mode = 'transient' or c.spent_at is not null) and c.number is not null or c.deleted_at is not null and c.fingerprint is not null);
  if not found then
    return;
  end if;
  update public.cards c
     set number = null, fingerprint = case when c.deleted_at is null then c.fingerprint end
   where c.id = card and (c.deleted_at is not null or c.spent_at is not null)
     and not exists (select from public.payments p where p.card_id = c.id and p.status = 'pending');
end
$$;
