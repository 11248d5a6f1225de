-- The audit trail writes itself: a trigger on every domain table, with the actor taken from the transaction.
-- lib/audit/audited-tables.integration.test.ts fails when a table has neither the trigger nor a written exception.

-- Who acts in this transaction: JSON set by db/transact.ts, local to the transaction.
create function audit_context() returns jsonb language plpgsql stable as $$
declare
  context text := current_setting('countinghouse.context', true);
begin
  if context is null or context = '' then
    raise exception 'a change needs an actor: run it through transact()' using errcode = 'insufficient_privilege';
  end if;
  return context::jsonb;
end
$$;
--> statement-breakpoint
-- Trigger arguments: resource name, id column, masked columns (comma-separated), ignored columns (comma-separated).
-- A change of nothing but ignored columns leaves no entry.
create function audit_row_change() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
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
-- Masked columns say that they changed, never from what to what.
create function audit_masked(shown jsonb, masked text[]) returns jsonb language sql immutable as $$
  select case
    when shown is null then null
    else shown || coalesce((
      select jsonb_object_agg(key, '[masked]') from unnest(masked) as key where jsonb_typeof(shown -> key) <> 'null'
    ), '{}')
  end
$$;
--> statement-breakpoint
create trigger audit_merchants after insert or update or delete on merchants
  for each row execute function audit_row_change('merchant', 'id', '', '');
--> statement-breakpoint
create trigger audit_users after insert or update or delete on users
  for each row execute function audit_row_change('user', 'id', 'password_hash', '');
--> statement-breakpoint
create trigger audit_totp_factors after insert or update or delete on totp_factors
  for each row execute function audit_row_change('totp_factor', 'user_id', 'secret', 'last_step');
--> statement-breakpoint
create trigger audit_sessions after insert or update or delete on sessions
  for each row execute function audit_row_change('session', 'id', 'token_hash', 'last_seen_at');
--> statement-breakpoint
create trigger audit_api_keys after insert or update or delete on api_keys
  for each row execute function audit_row_change('api_key', 'id', 'secret,previous_secret', '');
--> statement-breakpoint
create trigger audit_data_keys after insert or update or delete on data_keys
  for each row execute function audit_row_change('data_key', 'kid', 'wrapped_key', '');
--> statement-breakpoint
create trigger audit_cards after insert or update or delete on cards
  for each row execute function audit_row_change('card', 'id', 'number,fingerprint', '');
--> statement-breakpoint
create trigger audit_payments after insert or update or delete on payments
  for each row execute function audit_row_change('payment', 'id', '', 'updated_at');
--> statement-breakpoint
create trigger audit_refunds after insert or update or delete on refunds
  for each row execute function audit_row_change('refund', 'id', '', 'updated_at');
--> statement-breakpoint
-- Each entry waits in the queue until the sealer has put it into its chain. The queue is filled with the owner's
-- rights, so that the application's role can take entries out of it (sealing) but not decide what goes in.
create function audit_enqueue() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into public.audit_queue (entry_id) values (new.id);
  return null;
end
$$;
--> statement-breakpoint
create trigger audit_enqueue after insert on audit_entries for each row execute function audit_enqueue();
--> statement-breakpoint
create function audit_is_immutable() returns trigger language plpgsql as $$
begin
  raise exception '% is insert-only: % refused', tg_table_name, lower(tg_op) using errcode = 'insufficient_privilege';
end
$$;
--> statement-breakpoint
create trigger audit_entries_immutable before update or delete on audit_entries
  for each row execute function audit_is_immutable();
--> statement-breakpoint
create trigger audit_entries_no_truncate before truncate on audit_entries
  for each statement execute function audit_is_immutable();
--> statement-breakpoint
create trigger audit_chain_immutable before update or delete on audit_chain
  for each row execute function audit_is_immutable();
--> statement-breakpoint
create trigger audit_chain_no_truncate before truncate on audit_chain
  for each statement execute function audit_is_immutable();
--> statement-breakpoint
-- A link before the first one would be read by nobody, and could hide an entry.
alter table audit_chain add constraint audit_chain_sequence check (sequence > 0);
