-- What a server from before 0022 began says nothing of its acquirer. A server names the one it asks on what is still pending, a batch
-- at a time: from null, once, and nothing else. The application's role has no other right to that column.
create function name_acquirer(own text, own_mode text, batch integer) returns integer language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  named integer := 0;
  changed integer;
begin
  update public.payments set gateway = own where id = any (array(
    select p.id from public.payments p where p.status = 'pending' and p.gateway is null and p.mode = own_mode
     limit batch for no key update skip locked));
  get diagnostics changed = row_count;
  named := named + changed;
  update public.payment_operations set gateway = own where id = any (array(
    select o.id from public.payment_operations o where o.status = 'pending' and o.gateway is null and o.mode = own_mode
     limit batch for no key update skip locked));
  get diagnostics changed = row_count;
  named := named + changed;
  update public.refunds set gateway = own where id = any (array(
    select r.id from public.refunds r where r.status = 'pending' and r.gateway is null and r.mode = own_mode
     limit batch for no key update skip locked));
  get diagnostics changed = row_count;
  return named + changed;
end
$$;
--> statement-breakpoint
revoke execute on function name_acquirer(text, text, integer) from public;
--> statement-breakpoint
grant execute on function name_acquirer(text, text, integer) to countinghouse_app;
