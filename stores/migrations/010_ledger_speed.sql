-- The same rows for less. In a batch of 64 a row took 33 us: 9 in the projection of a kind that has none, 6 in lookups, 6 to insert.
-- A call of one row pays for every expression that it meets, since plpgsql sets each up anew in every transaction.

-- False: rows of this kind change no other table, and no projector is asked. A kind that does not say so is projected: fail closed.
alter table wingman.ledger_kinds add column projected boolean not null default true;
update wingman.ledger_kinds set projected = false where kind = 'refusal';

-- Most rows have no key, and those need no entry.
alter table wingman.ledger drop constraint ledger_idem_key;
create unique index ledger_idem_key on wingman.ledger (idem) where idem is not null;

/*
 * As in 002: entries {tenant, kind, body, idem, projection} in their order, in one transaction with what they mean for the other
 * tables; the first write of an `idem` wins. Of a new row what the caller sent (tenant, kind, body) does not come back.
 *
 * The rows go in last and together, so a projection cannot read them. Two entries of one batch with one `idem` violate its
 * uniqueness; append_each() sorts that out. Calls are assignments, which plpgsql evaluates without a query of its own.
 */
create or replace function wingman.append(entries jsonb) returns table (
  n int, seq bigint, tenant text, kind text, body text, at text, prev_hash text, hash text, inserted boolean
) language plpgsql security definer set search_path = pg_catalog, pg_temp
-- A connection keeps its plans: made while the tables are new and empty, they would read all of them later, row by row.
set enable_seqscan = off
-- Otherwise the query of the loop is planned anew for every call.
set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  e record;
  stored wingman.ledger%rowtype;
  last_seq bigint;
  last_hash bytea;
  last_at timestamptz;
  works_for text;
  approval uuid;
  done boolean;
  new_hash bytea;
  added wingman.ledger[];
begin
  done := pg_advisory_xact_lock(7239845019283745) is null;
  select l.seq, l.hash, l.at into last_seq, last_hash, last_at from wingman.ledger l order by l.seq desc limit 1;
  if not found then
    last_seq := 0; last_hash := decode(repeat('00', 32), 'hex'); last_at := '-infinity';
  end if;
  hash := encode(last_hash, 'hex');
  for e in
    select x.*,
      -- Null: this role may not append it.
      (select bool_or(k.projected) from wingman.ledger_kinds k
        where k.kind = x.kind and (k.role = (select session_user) or (select pg_has_role(session_user, 'wingman_owner', 'member')))) as projected,
      case when x.idem is not null then (select l.seq from wingman.ledger l where l.idem = x.idem) end as known
    from rows from (jsonb_to_recordset(entries) as (tenant text, kind text, body text, idem text, projection jsonb)) with ordinality
      as x (tenant, kind, body, idem, projection, place)
  loop
    if e.projected is null then
      raise exception using errcode = 'WM003', message = format('%s may not append %s', session_user, e.kind);
    end if;
    if e.known is null then
      last_seq := last_seq + 1;
      -- Time never stands still nor goes back in the chain, whatever the machine's clock does.
      last_at := greatest(clock_timestamp(), last_at + interval '1 microsecond');
      prev_hash := hash;
      at := wingman.ledger_time(last_at);
      new_hash := sha256(convert_to(concat_ws(E'\n', 'wingman-ledger-v1', last_seq::text, e.tenant, e.kind, at, prev_hash,
        encode(sha256(convert_to(e.body, 'UTF8')), 'hex')), 'UTF8'));
      added := added || row(last_seq, e.tenant, e.kind, e.body, last_hash, new_hash, last_at, e.idem)::wingman.ledger;
      last_hash := new_hash;
      n := e.place - 1; seq := last_seq; hash := encode(new_hash, 'hex'); inserted := true;
      return next;
      if e.projected then
        if works_for is distinct from e.tenant then
          works_for := set_config('wingman.tenant', e.tenant, true);
        end if;
        done := wingman.project(e.kind, e.tenant, e.body::jsonb, coalesce(e.projection, '{}'), last_seq, last_at) is null;
      else
        -- No projector looks at the body; what it would refuse is refused.
        approval := (e.body::jsonb ->> 'approval_id')::uuid;
      end if;
    else
      select * into stored from wingman.ledger l where l.seq = e.known;
      if stored.tenant <> e.tenant or stored.kind <> e.kind then
        raise exception using errcode = 'WM004', message = 'this idempotency key belongs to another entry';
      end if;
      return query select e.place::int - 1, stored.seq, stored.tenant, stored.kind, stored.body, wingman.ledger_time(stored.at),
        encode(stored.prev_hash, 'hex'), encode(stored.hash, 'hex'), false;
    end if;
  end loop;
  if added is not null then
    -- Wakes whoever follows the feed; they read what they may see by themselves.
    done := pg_notify('wingman_ledger', '') is null;
    insert into wingman.ledger select a.* from unnest(added) a;
  end if;
end $$;
