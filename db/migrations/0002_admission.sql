-- Who may come in, decided where the clock and the locks are.

-- Where the sliding window of a subject stands now: how many accepted calls it holds, and the oldest of them.
create function rate_limit_window(p_subject text, p_window_seconds int, p_now timestamptz,
                                  out oldest_number bigint, out oldest_at timestamptz) language sql stable as $$
  -- Numbers rise with time, so the walk ends at the first call that is still inside.
  select number, at from rate_limit_hits
   where subject = p_subject and at > p_now - make_interval(secs => p_window_seconds)
   order by number limit 1
$$;
--> statement-breakpoint
-- An exact sliding window: in no span of p_window_seconds are more than p_limit calls accepted, and refused calls
-- leave no trace. The subject's row is locked, so calls at the same moment are judged one after another; the clock is
-- read after the lock, and never runs backwards for a subject.
create function take_rate_limit(p_subject text, p_limit int, p_window_seconds int,
                                out allowed boolean, out remaining int, out reset_seconds int, out retry_after_seconds int)
language plpgsql as $$
declare
  total bigint;
  last_call timestamptz;
  moment timestamptz;
  oldest record;
  used int;
  freeing timestamptz;
begin
  loop
    select accepted, last_at into total, last_call from rate_limit_subjects where subject = p_subject for update;
    exit when found;
    insert into rate_limit_subjects (subject) values (p_subject) on conflict do nothing;
  end loop;
  moment := greatest(clock_timestamp(), last_call);
  select * into oldest from rate_limit_window(p_subject, p_window_seconds, moment);
  used := coalesce(total - oldest.oldest_number + 1, 0);
  allowed := used < p_limit;
  if allowed then
    used := used + 1;
    update rate_limit_subjects set accepted = total + 1, last_at = moment where subject = p_subject;
    insert into rate_limit_hits (subject, number, at) values (p_subject, total + 1, moment);
    delete from rate_limit_hits where subject = p_subject and number < coalesce(oldest.oldest_number, total + 1);
    retry_after_seconds := 0;
  else
    -- Room comes when so many have left that fewer than the limit remain (the limit may have been lowered).
    select at into freeing from rate_limit_hits where subject = p_subject and number = total - p_limit + 1;
    retry_after_seconds := rate_limit_seconds_until(freeing, p_window_seconds, moment);
  end if;
  remaining := greatest(p_limit - used, 0);
  reset_seconds := rate_limit_seconds_until(coalesce(oldest.oldest_at, moment), p_window_seconds, moment);
end
$$;
--> statement-breakpoint
-- Whole seconds until a call made at p_at leaves the window; rounded up, so that waiting them is always enough.
create function rate_limit_seconds_until(p_at timestamptz, p_window_seconds int, p_now timestamptz) returns int language sql immutable as $$
  select greatest(1, ceil(extract(epoch from p_at - p_now) + p_window_seconds))::int
$$;
--> statement-breakpoint
-- Admits a request whose signature was right: spends its nonce, then takes from its quota, in one commit.
create function admit_request(p_api_key_id text, p_nonce text, p_subject text, p_limit int, p_window_seconds int,
                              out fresh boolean, out allowed boolean, out remaining int, out reset_seconds int,
                              out retry_after_seconds int)
language plpgsql as $$
begin
  insert into request_nonces (api_key_id, nonce) values (p_api_key_id, p_nonce) on conflict do nothing;
  fresh := found;
  if fresh then
    select t.allowed, t.remaining, t.reset_seconds, t.retry_after_seconds
      into allowed, remaining, reset_seconds, retry_after_seconds
      from take_rate_limit(p_subject, p_limit, p_window_seconds) as t;
  end if;
end
$$;
--> statement-breakpoint
-- A key is claimed together with its payment, the key first: simultaneous calls must meet at the key.
alter table idempotency_keys alter constraint idempotency_keys_payment_id_payments_id_fk deferrable initially deferred;
