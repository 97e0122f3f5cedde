-- The ledger: one chain, appended by one function. docs/ledger.md has the form; domain/ledger-entry.ts computes the same.
create table wingman.ledger (
  seq bigint primary key,
  tenant text not null check (tenant ~ '^[a-z0-9-]{1,40}$'),
  kind text not null check (kind ~ '^[a-z_.]{1,40}$'),
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
create trigger checkpoint_rows_stay before update or delete on wingman.checkpoints for each row execute function wingman.refuse_change();
alter table wingman.ledger enable always trigger ledger_rows_stay;
alter table wingman.ledger enable always trigger ledger_stays;
alter table wingman.checkpoints enable always trigger checkpoint_rows_stay;

alter table wingman.ledger enable row level security;
create policy own_tenant on wingman.ledger for select to wingman_api, wingman_worker, wingman_gateway
  using (tenant = current_setting('wingman.tenant', true));
create policy whole_chain on wingman.ledger for select to wingman_reader using (true);
grant select on wingman.ledger to wingman_api, wingman_reader;
grant select, insert on wingman.checkpoints to wingman_worker;
grant select on wingman.checkpoints to wingman_api, wingman_reader;

create function wingman.ledger_time(at timestamptz) returns text language sql immutable as $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- Replaced by migration 003.
create function wingman.project(kind text, p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$ begin end $$;

/*
 * Appends entries {tenant, kind, body, idem, projection} in their order, in one transaction with what they mean for the other
 * tables. First write wins: an entry whose `idem` is there already gives the stored row back, `inserted` false, and changes
 * nothing. Whatever state a projection checks was committed by the same function, under the same lock, so there is no race.
 */
create function wingman.append(entries jsonb) returns table (
  n int, seq bigint, tenant text, kind text, body text, at text, prev_hash text, hash text, inserted boolean
) language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
  e jsonb;
  i int := 0;
  row_ wingman.ledger%rowtype;
  last_seq bigint;
  last_hash bytea;
  last_at timestamptz;
  loaded boolean := false;
begin
  perform pg_advisory_xact_lock(7239845019283745);
  for e in select value from jsonb_array_elements(entries) loop
    if not exists (select from wingman.ledger_kinds k where k.kind = e ->> 'kind' and (k.role = session_user or pg_has_role(session_user, 'wingman_owner', 'member'))) then
      raise exception using errcode = 'WM003', message = format('%s may not append %s', session_user, e ->> 'kind');
    end if;
    select * into row_ from wingman.ledger l where l.idem = e ->> 'idem';
    if found then
      if row_.tenant <> e ->> 'tenant' or row_.kind <> e ->> 'kind' then
        raise exception using errcode = 'WM004', message = 'this idempotency key belongs to another entry';
      end if;
      n := i; seq := row_.seq; tenant := row_.tenant; kind := row_.kind; body := row_.body; at := wingman.ledger_time(row_.at);
      prev_hash := encode(row_.prev_hash, 'hex'); hash := encode(row_.hash, 'hex'); inserted := false;
    else
      if not loaded then
        select l.seq, l.hash, l.at into last_seq, last_hash, last_at from wingman.ledger l order by l.seq desc limit 1;
        if not found then
          last_seq := 0; last_hash := decode(repeat('00', 32), 'hex'); last_at := '-infinity';
        end if;
        loaded := true;
      end if;
      row_.seq := last_seq + 1;
      row_.tenant := e ->> 'tenant';
      row_.kind := e ->> 'kind';
      row_.body := e ->> 'body';
      row_.idem := e ->> 'idem';
      row_.prev_hash := last_hash;
      -- Time never stands still nor goes back in the chain, whatever the machine's clock does.
      row_.at := greatest(clock_timestamp(), last_at + interval '1 microsecond');
      row_.hash := sha256(convert_to(concat_ws(E'\n', 'wingman-ledger-v1', row_.seq::text, row_.tenant, row_.kind, wingman.ledger_time(row_.at),
        encode(last_hash, 'hex'), encode(sha256(convert_to(row_.body, 'UTF8')), 'hex')), 'UTF8'));
      insert into wingman.ledger (seq, tenant, kind, body, prev_hash, hash, at, idem)
      values (row_.seq, row_.tenant, row_.kind, row_.body, row_.prev_hash, row_.hash, row_.at, row_.idem);
      perform set_config('wingman.tenant', row_.tenant, true);
      perform wingman.project(row_.kind, row_.tenant, row_.body::jsonb, coalesce(e -> 'projection', '{}'), row_.seq, row_.at);
      last_seq := row_.seq; last_hash := row_.hash; last_at := row_.at;
      n := i; seq := row_.seq; tenant := row_.tenant; kind := row_.kind; body := row_.body; at := wingman.ledger_time(row_.at);
      prev_hash := encode(row_.prev_hash, 'hex'); hash := encode(row_.hash, 'hex'); inserted := true;
    end if;
    return next;
    i := i + 1;
  end loop;
  -- Wakes whoever follows the feed; they read what they may see by themselves.
  perform pg_notify('wingman_ledger', '');
end $$;
alter function wingman.append(jsonb) owner to wingman_owner;
alter function wingman.project(text, text, jsonb, jsonb, bigint, timestamptz) owner to wingman_owner;
alter function wingman.ledger_time(timestamptz) owner to wingman_owner;
revoke all on function wingman.append(jsonb), wingman.project(text, text, jsonb, jsonb, bigint, timestamptz), wingman.ledger_time(timestamptz), wingman.refuse_change() from public;
grant execute on function wingman.append(jsonb) to wingman_api, wingman_worker, wingman_gateway;

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
