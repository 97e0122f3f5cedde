-- The ledger: one chain, appended by one function. docs/ledger.md has the form; domain/ledger-entry.ts computes the same.
create table wingman.ledger (
  -- Not from a sequence, which leaves gaps: wingman.append() counts under its lock.
  seq bigint primary key check (seq > 0),
  -- Lengths apart from the pattern: with {1,40} in it each check takes 4 us instead of 1.
  tenant text not null check (tenant ~ '^[a-z0-9-]+$' and length(tenant) <= 40),
  kind text not null check (kind ~ '^[a-z_.]+$' and length(kind) <= 40),
  -- The exact canonical text (RFC 8785) that is hashed; never jsonb, which would not give the same bytes back.
  body text not null,
  prev_hash bytea not null,
  hash bytea not null,
  at timestamptz(6) not null,
  idem text unique
);
create index ledger_feed on wingman.ledger (tenant, seq);
alter table wingman.ledger owner to wingman_owner;

create table wingman.ledger_kinds (
  kind text not null,
  role text not null,
  primary key (kind, role)
);
alter table wingman.ledger_kinds owner to wingman_owner;

create table wingman.checkpoints (
  size bigint primary key,
  note text not null,
  at timestamptz not null default clock_timestamp()
);
alter table wingman.checkpoints owner to wingman_owner;

create function wingman.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception using errcode = 'WM002', message = 'the ledger only grows';
end $$;
create trigger ledger_rows_stay before update or delete on wingman.ledger for each row execute function wingman.refuse_change();
create trigger ledger_stays before truncate on wingman.ledger for each statement execute function wingman.refuse_change();
create trigger checkpoints_stay before truncate on wingman.checkpoints for each statement execute function wingman.refuse_change();
create trigger checkpoint_rows_stay before update or delete on wingman.checkpoints for each row execute function wingman.refuse_change();
alter table wingman.ledger enable always trigger ledger_rows_stay;
alter table wingman.ledger enable always trigger ledger_stays;
alter table wingman.checkpoints enable always trigger checkpoint_rows_stay;
alter table wingman.checkpoints enable always trigger checkpoints_stay;

alter table wingman.ledger enable row level security;
create policy own_tenant on wingman.ledger for select to wingman_api, wingman_worker, wingman_gateway
  using (tenant = current_setting('wingman.tenant', true));
create policy whole_chain on wingman.ledger for select to wingman_reader using (true);
grant select on wingman.ledger to wingman_api, wingman_reader;
grant select, insert on wingman.checkpoints to wingman_worker;
grant select on wingman.checkpoints to wingman_api, wingman_reader;

create function wingman.ledger_time(at timestamptz) returns text language sql stable as $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- Replaced by migration 003.
create function wingman.project(kind text, p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$ begin end $$;

/*
 * Appends entries {tenant, kind, body, idem, projection} in their order, in one transaction with what they mean for the other
 * tables. First write wins: an entry whose `idem` is there already gives the stored row back, `inserted` false, and changes
 * nothing. Whatever state a projection checks was committed by the same function, under the same lock, so there is no race.
 *
 * The rows go in last and together (10 us a row instead of 26: a statement of its own sets up three constraints and three
 * indexes), so a projection cannot read them. Two entries of one batch with one `idem` violate its uniqueness; append_each()
 * sorts that out. Calls are assignments (`done := f() is null`), which plpgsql evaluates without a query of its own.
 */
create function wingman.append(entries jsonb) returns table (
  n int, seq bigint, tenant text, kind text, body text, at text, prev_hash text, hash text, inserted boolean
) language plpgsql security definer set search_path = pg_catalog, pg_temp
-- A connection keeps its plans: made while the tables are new and empty, they would read all of them later, row by row.
set enable_seqscan = off
-- Otherwise the query of the loop is planned anew for every call: 65 us of 275.
set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_variable
declare
  e record;
  stored wingman.ledger%rowtype;
  may_all boolean := pg_has_role(session_user, 'wingman_owner', 'member');
  last_seq bigint;
  last_hash bytea;
  last_at timestamptz;
  new_hash bytea;
  works_for text;
  done boolean;
  seqs bigint[]; tenants text[]; kinds text[]; bodies text[]; prevs bytea[]; hashes bytea[]; ats timestamptz[]; idems text[];
begin
  done := pg_advisory_xact_lock(7239845019283745) is null;
  select l.seq, l.hash, l.at into last_seq, last_hash, last_at from wingman.ledger l order by l.seq desc limit 1;
  if not found then
    last_seq := 0; last_hash := decode(repeat('00', 32), 'hex'); last_at := '-infinity';
  end if;
  n := -1;
  for e in
    select x.*, (select bool_or(may_all or k.role = session_user) from wingman.ledger_kinds k where k.kind = x.kind) as allowed,
      (select l.seq from wingman.ledger l where l.idem = x.idem) as known
    from jsonb_to_recordset(entries) as x (tenant text, kind text, body text, idem text, projection jsonb)
  loop
    n := n + 1;
    if e.allowed is not true then
      raise exception using errcode = 'WM003', message = format('%s may not append %s', session_user, e.kind);
    end if;
    tenant := e.tenant; kind := e.kind; body := e.body;
    inserted := e.known is null;
    if inserted then
      seq := last_seq + 1;
      -- Time never stands still nor goes back in the chain, whatever the machine's clock does.
      last_at := greatest(clock_timestamp(), last_at + interval '1 microsecond');
      at := wingman.ledger_time(last_at);
      prev_hash := encode(last_hash, 'hex');
      new_hash := sha256(convert_to(concat_ws(E'\n', 'wingman-ledger-v1', seq::text, tenant, kind, at, prev_hash,
        encode(sha256(convert_to(body, 'UTF8')), 'hex')), 'UTF8'));
      hash := encode(new_hash, 'hex');
      seqs := seqs || seq; tenants := tenants || tenant; kinds := kinds || kind; bodies := bodies || body;
      prevs := prevs || last_hash; hashes := hashes || new_hash; ats := ats || last_at; idems := idems || e.idem;
      last_seq := seq; last_hash := new_hash;
      if works_for is distinct from tenant then
        works_for := set_config('wingman.tenant', tenant, true);
      end if;
      done := wingman.project(kind, tenant, body::jsonb, coalesce(e.projection, '{}'), seq, last_at) is null;
    else
      select * into stored from wingman.ledger l where l.seq = e.known;
      if stored.tenant <> tenant or stored.kind <> kind then
        raise exception using errcode = 'WM004', message = 'this idempotency key belongs to another entry';
      end if;
      seq := stored.seq; body := stored.body; at := wingman.ledger_time(stored.at);
      prev_hash := encode(stored.prev_hash, 'hex'); hash := encode(stored.hash, 'hex');
    end if;
    return next;
  end loop;
  if seqs is not null then
    insert into wingman.ledger (seq, tenant, kind, body, prev_hash, hash, at, idem)
    select * from unnest(seqs, tenants, kinds, bodies, prevs, hashes, ats, idems);
    -- Wakes whoever follows the feed; they read what they may see by themselves.
    done := pg_notify('wingman_ledger', '') is null;
  end if;
end $$;

-- For a batch that append() refused: each entry by itself, and what was wrong with it in place of the row.
create function wingman.append_each(entries jsonb) returns table (
  n int, seq bigint, tenant text, kind text, body text, at text, prev_hash text, hash text, inserted boolean, code text, message text
) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
declare
  e jsonb;
begin
  -- Before the first entry: a lock that is taken inside a block that fails is given back.
  perform pg_advisory_xact_lock(7239845019283745);
  n := -1;
  for e in select value from jsonb_array_elements(entries) loop
    n := n + 1;
    begin
      select a.seq, a.tenant, a.kind, a.body, a.at, a.prev_hash, a.hash, a.inserted, null, null
      into strict seq, tenant, kind, body, at, prev_hash, hash, inserted, code, message from wingman.append(jsonb_build_array(e)) a;
    exception when others then
      seq := null; body := null; at := null; prev_hash := null; hash := null; inserted := null;
      get stacked diagnostics code = returned_sqlstate, message = message_text;
    end;
    return next;
  end loop;
end $$;
alter function wingman.append(jsonb) owner to wingman_owner;
alter function wingman.append_each(jsonb) owner to wingman_owner;
alter function wingman.project(text, text, jsonb, jsonb, bigint, timestamptz) owner to wingman_owner;
alter function wingman.ledger_time(timestamptz) owner to wingman_owner;
revoke all on function wingman.append(jsonb), wingman.append_each(jsonb), wingman.project(text, text, jsonb, jsonb, bigint, timestamptz), wingman.ledger_time(timestamptz), wingman.refuse_change() from public;
grant execute on function wingman.append(jsonb), wingman.append_each(jsonb) to wingman_api, wingman_worker, wingman_gateway;

-- The whole chain, for checkpoints (which span tenants): leaf hashes only, nothing that belongs to a tenant.
create function wingman.ledger_leaves(after bigint, most int) returns table (seq bigint, hash bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select l.seq, l.hash from wingman.ledger l where l.seq > after order by l.seq limit most
$$;
alter function wingman.ledger_leaves(bigint, int) owner to wingman_owner;
revoke all on function wingman.ledger_leaves(bigint, int) from public;
grant execute on function wingman.ledger_leaves(bigint, int) to wingman_worker;

-- How long the chain is, and all of it for an operator's export: an installation's operators answer for the whole chain.
create function wingman.ledger_size() returns bigint language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(max(l.seq), 0) from wingman.ledger l
$$;
create function wingman.ledger_page(after bigint, most int) returns table (seq bigint, tenant text, kind text, body text, at text, prev_hash text, hash text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select l.seq, l.tenant, l.kind, l.body, wingman.ledger_time(l.at), encode(l.prev_hash, 'hex'), encode(l.hash, 'hex')
  from wingman.ledger l where l.seq > after order by l.seq limit most
$$;
alter function wingman.ledger_size() owner to wingman_owner;
alter function wingman.ledger_page(bigint, int) owner to wingman_owner;
revoke all on function wingman.ledger_size(), wingman.ledger_page(bigint, int) from public;
grant execute on function wingman.ledger_size() to wingman_api, wingman_worker;
grant execute on function wingman.ledger_page(bigint, int) to wingman_api, wingman_reader;
