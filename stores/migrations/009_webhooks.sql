-- Webhooks: who is told of what, with which secrets, and what was sent. Endpoints and secrets are written by projectors alone. Cursors
-- and deliveries are not in the ledger, of which they are a reading; the worker moves them.
create table wingman.webhook_endpoints (
  endpoint_id uuid primary key,
  tenant text not null,
  -- Not in the ledger, which has its digest: a path can hold what works like a password.
  url text not null check (length(url) <= 2048),
  -- Kinds of the ledger; empty: only what requests that name it as callback_url come to.
  events text[] not null,
  private boolean not null,
  state text not null check (state in ('ACTIVE', 'DISABLED', 'REMOVED')),
  -- Why it is disabled: GONE (it answered 410) or FAILING (days without one success).
  reason text,
  created_by text not null,
  created_at timestamptz not null,
  changed_at timestamptz not null
);
create unique index webhook_urls on wingman.webhook_endpoints (tenant, url) where state <> 'REMOVED';

-- Sealed for the worker (security/webhook-signature.ts); no other role reads the rows, and no other process could open them.
create table wingman.webhook_secrets (
  endpoint_id uuid not null references wingman.webhook_endpoints (endpoint_id),
  generation int not null,
  tenant text not null,
  sealed text not null,
  created_at timestamptz not null,
  -- Null: the current one. An older one signs beside it until then.
  expires_at timestamptz,
  primary key (endpoint_id, generation)
);

create table wingman.webhook_cursors (
  endpoint_id uuid primary key references wingman.webhook_endpoints (endpoint_id),
  tenant text not null,
  seq bigint not null
);

create table wingman.webhook_deliveries (
  -- `webhook-id` on the wire: follows from endpoint and row, so that a repeat or a replay, whenever it is, has the same.
  delivery_id text primary key,
  tenant text not null,
  endpoint_id uuid not null references wingman.webhook_endpoints (endpoint_id),
  seq bigint not null,
  kind text not null,
  -- DROPPED: its endpoint was disabled or removed before it was told.
  state text not null default 'PENDING' check (state in ('PENDING', 'DELIVERED', 'FAILED', 'DROPPED')),
  -- One more with every replay.
  round int not null default 1,
  attempts int not null default 0,
  last_status int,
  last_error text,
  created_at timestamptz not null default clock_timestamp(),
  attempted_at timestamptz,
  ended_at timestamptz,
  -- True once its workflow was started; a workflow that says nothing for long after `due_at` is started again.
  started boolean not null default false,
  due_at timestamptz,
  unique (endpoint_id, seq)
);
create index webhook_deliveries_open on wingman.webhook_deliveries (tenant, endpoint_id, seq) where state = 'PENDING';
create index webhook_deliveries_of_endpoint on wingman.webhook_deliveries (tenant, endpoint_id, seq desc);

-- Who is told of this request's decision. Null for most.
alter table wingman.approvals add column callback_endpoint uuid references wingman.webhook_endpoints (endpoint_id);

do $$
declare t text;
begin
  foreach t in array array['webhook_endpoints', 'webhook_secrets', 'webhook_cursors', 'webhook_deliveries'] loop
    execute format('alter table wingman.%I owner to wingman_owner', t);
    execute format('alter table wingman.%I enable row level security', t);
    execute format('alter table wingman.%I force row level security', t);
    execute format('create policy own_tenant on wingman.%I using (tenant = current_setting(''wingman.tenant'', true))', t);
  end loop;
end $$;
grant select on wingman.webhook_endpoints, wingman.webhook_deliveries to wingman_api, wingman_worker, wingman_reader;
grant select on wingman.webhook_cursors to wingman_api, wingman_reader;
grant select on wingman.webhook_secrets to wingman_worker;
grant update (state, attempts, last_status, last_error, attempted_at, ended_at, started, due_at) on wingman.webhook_deliveries to wingman_worker;

create function wingman.webhook_message_id(endpoint uuid, seq bigint) returns text language sql immutable as $$
  select 'msg_' || substr(encode(sha256(convert_to(endpoint::text || ':' || seq::text, 'UTF8')), 'hex'), 1, 32)
$$;

-- Whether an endpoint is told of a row: its kind was asked for, or it is the end of a request that named it.
create function wingman.webhook_wants(p_endpoint uuid, p_events text[], p_tenant text, p_kind text, p_body text) returns boolean
language plpgsql stable as $$
begin
  if p_kind = any(p_events) then return true; end if;
  if p_kind not in ('approval.requested', 'approval.closed', 'approval.revoked') then return false; end if;
  -- One that was decided by the policy has no other row.
  if p_kind = 'approval.requested' and p_body::jsonb ->> 'status' = 'PENDING' then return false; end if;
  return exists (select from wingman.approvals a where a.request_id = (p_body::jsonb ->> 'approval_id')::uuid and a.tenant = p_tenant and a.callback_endpoint = p_endpoint);
end $$;

-- Reads on from an endpoint's cursor, in one transaction: rows that it is told of become deliveries, and the cursor moves past all that
-- were read. Numbers of the ledger become visible in their order (append() holds its lock to the end), so nothing is ever behind it.
-- It stops while much is still undelivered: an endpoint that is down holds its place, not memory. True: there may be more to read.
create function wingman.fill_webhook(p_tenant text, p_endpoint uuid, most int, most_open int, most_kept int) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  e wingman.webhook_endpoints%rowtype;
  cursor_seq bigint;
  up_to bigint;
  n bigint;
  added bigint;
begin
  perform set_config('wingman.tenant', p_tenant, true);
  select * into e from wingman.webhook_endpoints x where x.endpoint_id = p_endpoint and x.tenant = p_tenant and x.state = 'ACTIVE';
  if not found then return false; end if;
  -- Another worker is at it.
  select c.seq into cursor_seq from wingman.webhook_cursors c where c.endpoint_id = p_endpoint for update skip locked;
  if not found then return false; end if;
  if (select count(*) from wingman.webhook_deliveries d where d.tenant = p_tenant and d.endpoint_id = p_endpoint and d.state = 'PENDING') >= most_open then return false; end if;
  select max(x.seq), count(*) into up_to, n from (select l.seq from wingman.ledger l where l.tenant = p_tenant and l.seq > cursor_seq order by l.seq limit most) x;
  if up_to is null then return false; end if;
  insert into wingman.webhook_deliveries (delivery_id, tenant, endpoint_id, seq, kind)
  select wingman.webhook_message_id(p_endpoint, l.seq), p_tenant, p_endpoint, l.seq, l.kind from wingman.ledger l
  where l.tenant = p_tenant and l.seq > cursor_seq and l.seq <= up_to and wingman.webhook_wants(p_endpoint, e.events, p_tenant, l.kind, l.body)
  on conflict (endpoint_id, seq) do nothing;
  get diagnostics added = row_count;
  update wingman.webhook_cursors c set seq = up_to where c.endpoint_id = p_endpoint;
  if added > 0 then
    delete from wingman.webhook_deliveries d where d.tenant = p_tenant and d.endpoint_id = p_endpoint and d.state <> 'PENDING' and d.seq <= (
      select k.seq from wingman.webhook_deliveries k where k.tenant = p_tenant and k.endpoint_id = p_endpoint and k.state <> 'PENDING'
      order by k.seq desc offset most_kept limit 1);
  end if;
  return n >= most;
end $$;

-- Endpoints that are told, of all tenants, in one question: it is asked whenever the ledger grows.
create function wingman.webhook_places() returns table (tenant text, endpoint_id uuid)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  t text;
begin
  for t in select n.tenant from wingman.tenant_names n order by n.tenant loop
    perform set_config('wingman.tenant', t, true);
    return query select e.tenant, e.endpoint_id from wingman.webhook_endpoints e where e.tenant = t and e.state = 'ACTIVE' order by e.created_at;
  end loop;
end $$;

-- The row that a delivery tells of, and no other: the worker cannot read the ledger at large.
create function wingman.webhook_row(p_tenant text, p_delivery text) returns table (seq bigint, kind text, body text, at text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform set_config('wingman.tenant', p_tenant, true);
  return query select l.seq, l.kind, l.body, wingman.ledger_time(l.at) from wingman.webhook_deliveries d
    join wingman.ledger l on l.seq = d.seq and l.tenant = p_tenant where d.delivery_id = p_delivery and d.tenant = p_tenant;
end $$;

create function wingman.project_webhook_registered(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
declare
  id uuid := (body ->> 'endpoint_id')::uuid;
begin
  if exists (select from wingman.webhook_endpoints e where e.tenant = p_tenant and e.url = projection ->> 'url' and e.state <> 'REMOVED') then
    perform wingman.refuse('WEBHOOK_STATE');
  end if;
  if (select count(*) from wingman.webhook_endpoints e where e.tenant = p_tenant and e.state <> 'REMOVED') >= 50 then perform wingman.refuse('WEBHOOK_LIMIT'); end if;
  insert into wingman.webhook_endpoints (endpoint_id, tenant, url, events, private, state, created_by, created_at, changed_at)
  values (id, p_tenant, projection ->> 'url', array(select jsonb_array_elements_text(body -> 'events')), (body ->> 'private')::boolean, 'ACTIVE', body ->> 'by', p_at, p_at);
  insert into wingman.webhook_secrets values (id, 1, p_tenant, projection ->> 'sealed', p_at, null);
  -- Told of what comes from here on.
  insert into wingman.webhook_cursors values (id, p_tenant, seq);
end $$;

create function wingman.project_webhook_rotated(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
declare
  id uuid := (body ->> 'endpoint_id')::uuid;
begin
  if not exists (select from wingman.webhook_endpoints e where e.endpoint_id = id and e.tenant = p_tenant and e.state <> 'REMOVED') then perform wingman.refuse('NOT_FOUND'); end if;
  -- With no grace every older one ends now, also one that still had some.
  update wingman.webhook_secrets s set expires_at = least(s.expires_at, p_at + make_interval(secs => (body ->> 'grace_seconds')::float8)) where s.endpoint_id = id;
  delete from wingman.webhook_secrets s where s.endpoint_id = id and s.expires_at <= p_at and s.generation < (select max(m.generation) from wingman.webhook_secrets m where m.endpoint_id = id);
  -- Every secret in force is one more signature in a header of bounded length.
  if (select count(*) from wingman.webhook_secrets s where s.endpoint_id = id and s.expires_at > p_at) >= 5 then perform wingman.refuse('WEBHOOK_LIMIT'); end if;
  insert into wingman.webhook_secrets
  select id, max(s.generation) + 1, p_tenant, projection ->> 'sealed', p_at, null from wingman.webhook_secrets s where s.endpoint_id = id;
end $$;

create function wingman.project_webhook_removed(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
declare
  id uuid := (body ->> 'endpoint_id')::uuid;
begin
  update wingman.webhook_endpoints e set state = 'REMOVED', changed_at = p_at where e.endpoint_id = id and e.tenant = p_tenant and e.state <> 'REMOVED';
  if not found then perform wingman.refuse('NOT_FOUND'); end if;
  delete from wingman.webhook_secrets s where s.endpoint_id = id;
  update wingman.webhook_deliveries d set state = 'DROPPED', ended_at = p_at where d.tenant = p_tenant and d.endpoint_id = id and d.state = 'PENDING';
end $$;

create function wingman.project_webhook_disabled(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
declare
  id uuid := (body ->> 'endpoint_id')::uuid;
begin
  update wingman.webhook_endpoints e set state = 'DISABLED', reason = body ->> 'reason', changed_at = p_at where e.endpoint_id = id and e.tenant = p_tenant and e.state = 'ACTIVE';
  if not found then perform wingman.refuse('WEBHOOK_STATE'); end if;
  -- The one that it gave up over is FAILED, which its attempt writes.
  update wingman.webhook_deliveries d set state = 'DROPPED', ended_at = p_at
  where d.tenant = p_tenant and d.endpoint_id = id and d.state = 'PENDING' and d.delivery_id is distinct from projection ->> 'delivery_id';
end $$;

create function wingman.project_webhook_enabled(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
declare
  id uuid := (body ->> 'endpoint_id')::uuid;
  here bigint := seq;
begin
  update wingman.webhook_endpoints e set state = 'ACTIVE', reason = null, changed_at = p_at where e.endpoint_id = id and e.tenant = p_tenant and e.state = 'DISABLED';
  if not found then perform wingman.refuse('WEBHOOK_STATE'); end if;
  -- What it missed may be months of rows: an operator replays the span that is wanted.
  update wingman.webhook_cursors c set seq = here where c.endpoint_id = id;
end $$;

-- The same messages once more, under the same ids: those of a span of the ledger, also what was never sent or has left the log.
create function wingman.project_webhook_replayed(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
#variable_conflict use_column
declare
  e wingman.webhook_endpoints%rowtype;
  first_seq bigint := (body ->> 'from_seq')::bigint;
  last_seq bigint := (body ->> 'to_seq')::bigint;
begin
  select * into e from wingman.webhook_endpoints x where x.endpoint_id = (body ->> 'endpoint_id')::uuid and x.tenant = p_tenant and x.state = 'ACTIVE';
  if not found then perform wingman.refuse('WEBHOOK_STATE'); end if;
  if (select count(*) from wingman.ledger l where l.tenant = p_tenant and l.seq between first_seq and last_seq) > 10000 then perform wingman.refuse('WEBHOOK_LIMIT'); end if;
  if (select count(*) from wingman.ledger l where l.tenant = p_tenant and l.seq between first_seq and last_seq and wingman.webhook_wants(e.endpoint_id, e.events, p_tenant, l.kind, l.body)) > 1000 then
    perform wingman.refuse('WEBHOOK_LIMIT');
  end if;
  insert into wingman.webhook_deliveries as d (delivery_id, tenant, endpoint_id, seq, kind)
  select wingman.webhook_message_id(e.endpoint_id, l.seq), p_tenant, e.endpoint_id, l.seq, l.kind from wingman.ledger l
  where l.tenant = p_tenant and l.seq between first_seq and last_seq and wingman.webhook_wants(e.endpoint_id, e.events, p_tenant, l.kind, l.body)
  on conflict (endpoint_id, seq) do update set state = 'PENDING', round = d.round + 1, attempts = 0, started = false, due_at = null, ended_at = null
  where d.state <> 'PENDING';
end $$;

insert into wingman.ledger_kinds (kind, role) values
  ('webhook.registered', 'wingman_api'), ('webhook.rotated', 'wingman_api'), ('webhook.removed', 'wingman_api'), ('webhook.enabled', 'wingman_api'),
  ('webhook.replayed', 'wingman_api'), ('webhook.disabled', 'wingman_worker');
do $$
declare f text;
begin
  foreach f in array array['registered', 'rotated', 'removed', 'disabled', 'enabled', 'replayed'] loop
    execute format('alter function wingman.%I(text, jsonb, jsonb, bigint, timestamptz) owner to wingman_owner', 'project_webhook_' || f);
    execute format('revoke all on function wingman.%I(text, jsonb, jsonb, bigint, timestamptz) from public', 'project_webhook_' || f);
  end loop;
end $$;
alter function wingman.webhook_message_id(uuid, bigint) owner to wingman_owner;
alter function wingman.webhook_wants(uuid, text[], text, text, text) owner to wingman_owner;
alter function wingman.fill_webhook(text, uuid, int, int, int) owner to wingman_owner;
alter function wingman.webhook_places() owner to wingman_owner;
alter function wingman.webhook_row(text, text) owner to wingman_owner;
revoke all on function wingman.webhook_message_id(uuid, bigint), wingman.webhook_wants(uuid, text[], text, text, text), wingman.fill_webhook(text, uuid, int, int, int), wingman.webhook_places(), wingman.webhook_row(text, text) from public;
grant execute on function wingman.fill_webhook(text, uuid, int, int, int), wingman.webhook_places(), wingman.webhook_row(text, text) to wingman_worker;
