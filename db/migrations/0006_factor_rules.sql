-- Factors, step-ups, links and messages: who is told of a change, what the application may do, and what no query can get wrong.
create trigger audit_phone_factors after insert or update or delete on phone_factors
  for each row execute function audit_row_change('phone_factor', 'user_id', 'phone', '');
--> statement-breakpoint
create trigger audit_email_factors after insert or update or delete on email_factors
  for each row execute function audit_row_change('email_factor', 'user_id', '', '');
--> statement-breakpoint
create trigger audit_passkeys after insert or update or delete on passkeys
  for each row execute function audit_row_change('passkey', 'id', 'credential_id,public_key', 'counter,last_used_at,backed_up');
--> statement-breakpoint
create trigger audit_recovery_codes after insert or update or delete on recovery_codes
  for each row execute function audit_row_change('recovery_codes', 'user_id', 'codes', '');
--> statement-breakpoint
create trigger audit_known_devices after insert or update or delete on known_devices
  for each row execute function audit_row_change('device', 'device_id', '', 'last_seen_at,user_agent');
--> statement-breakpoint
grant select, insert, delete on phone_factors, email_factors, webauthn_challenges to countinghouse_app;
--> statement-breakpoint
grant select, insert, update, delete on factor_enrolments, one_time_codes, step_ups, outgoing_messages, email_links, pending_setups to countinghouse_app;
--> statement-breakpoint
grant select, insert, delete on passkeys, known_devices, recovery_codes to countinghouse_app;
--> statement-breakpoint
-- Whose a passkey is and its key stay as they were enrolled.
grant update (name, counter, backed_up, last_used_at) on passkeys to countinghouse_app;
--> statement-breakpoint
grant update (user_agent, last_seen_at) on known_devices to countinghouse_app;
--> statement-breakpoint
grant update (codes, created_at) on recovery_codes to countinghouse_app;
--> statement-breakpoint
grant insert, delete on totp_factors to countinghouse_app;
--> statement-breakpoint
grant update (allowed_factors, ip_policy) on merchants to countinghouse_app;
--> statement-breakpoint
grant update (password_hash, factors_reset_at) on users to countinghouse_app;
--> statement-breakpoint
-- A session's token is replaced at each new proof of who is there (ASVS 7.2.4); whose it is and its limit stay.
grant update (token_hash, ip, held_at, ended_by) on sessions to countinghouse_app;
--> statement-breakpoint
-- The last strong factor stays (ASVS 6.3.4): at the end of each transaction that takes one away its user has another, or
-- has lost all by an owner's reset, and then nobody signs in. The user's row is locked first, so that two removals at once
-- do not each see the other's factor.
create function strong_factor_stays() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform 1 from public.users where id = old.user_id for update;
  if exists (select from public.totp_factors where user_id = old.user_id)
     or exists (select from public.passkeys where user_id = old.user_id)
     or not exists (select from public.users where id = old.user_id and factors_reset_at is null) then
    return null;
  end if;
  raise exception 'the last strong factor of % cannot be removed', old.user_id
    using errcode = 'check_violation', constraint = 'strong_factor_stays';
end
$$;
--> statement-breakpoint
create constraint trigger strong_factor_stays after delete on totp_factors deferrable initially deferred
  for each row execute function strong_factor_stays();
--> statement-breakpoint
create constraint trigger strong_factor_stays after delete on passkeys deferrable initially deferred
  for each row execute function strong_factor_stays();
--> statement-breakpoint
-- The first merchant and its owner. The application's role may make neither a merchant nor a user: it may call this, and
-- this works once. Two at the same time: the second waits for the lock, and finds the first's merchant.
create function create_first_merchant(merchant jsonb, owner jsonb, totp_secret text, first_step bigint, recovery jsonb)
returns boolean language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  lock table public.merchants in share row exclusive mode;
  if exists (select from public.merchants) then
    return false;
  end if;
  insert into public.merchants (id, name, country, time_zone, vault_mode)
  values (merchant ->> 'id', merchant ->> 'name', merchant ->> 'country', merchant ->> 'timeZone', merchant ->> 'vaultMode');
  insert into public.users (id, merchant_id, email, name, role, password_hash)
  values (owner ->> 'id', merchant ->> 'id', owner ->> 'email', owner ->> 'name', 'owner', owner ->> 'passwordHash');
  insert into public.totp_factors (user_id, secret, last_step) values (owner ->> 'id', totp_secret, first_step);
  insert into public.recovery_codes (user_id, codes) values (owner ->> 'id', recovery);
  return true;
end
$$;
--> statement-breakpoint
revoke execute on function create_first_merchant(jsonb, jsonb, text, bigint, jsonb) from public;
--> statement-breakpoint
grant execute on function create_first_merchant(jsonb, jsonb, text, bigint, jsonb) to countinghouse_app;
