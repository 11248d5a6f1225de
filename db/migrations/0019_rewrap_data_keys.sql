-- Puts a data key, wrapped under another master key, in place of the wrapping that it was made from: false when that has
-- changed meanwhile. The same wrapping key, or what is no wrapped key at all, is refused.
create function rewrap_data_key(key_id text, before text, after text) returns boolean language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if after !~ '^v1[.][A-Za-z0-9_-]{1,64}[.][A-Za-z0-9_-]{16}[.][A-Za-z0-9_-]{43}[.][A-Za-z0-9_-]{22}$'
     or split_part(after, '.', 2) = split_part(before, '.', 2) then
    raise exception 'this is no new wrapping of data key %', key_id using errcode = 'check_violation', constraint = 'rewrap_data_key';
  end if;
  update public.data_keys k set wrapped_key = after where k.kid = key_id and k.wrapped_key = before;
  return found;
end
$$;
--> statement-breakpoint
revoke execute on function rewrap_data_key(text, text, text) from public;
--> statement-breakpoint
grant execute on function rewrap_data_key(text, text, text) to countinghouse_app;
