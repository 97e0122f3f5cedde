-- What the gateway watches at its engine, and what each execution did there.

-- `effects`: which events of the engine may belong to it (domain/engine-effects.ts). `baseline`: observations before and after.
alter table wingman.executions add column effects jsonb not null default '[]', add column baseline jsonb;

-- How far an environment's watch has read its engine's events, and what it remembers. One row is written as a whole, so that after
-- a crash it goes on from one moment. Not a tenant's: an engine belongs to the installation.
create table wingman.watch_states (
  environment text primary key,
  engine_id text not null,
  -- Unix nanoseconds of the newest event that was taken in.
  cursor text not null check (cursor ~ '^[0-9]{1,20}$'),
  state jsonb not null,
  alive_at timestamptz not null
);
alter table wingman.watch_states owner to wingman_owner;
grant select, insert, update on wingman.watch_states to wingman_gateway;
grant select on wingman.watch_states to wingman_reader;

-- Times in which nobody watched, and how they were closed.
create table wingman.watch_gaps (
  tenant text not null,
  -- Environment and the last moment of which it is known that somebody watched.
  gap_id text not null check (length(gap_id) <= 120),
  environment text not null,
  reason text not null,
  began_at timestamptz not null,
  noticed_at timestamptz not null,
  closed_at timestamptz,
  closed jsonb,
  primary key (tenant, gap_id)
);
create index watch_gaps_recent on wingman.watch_gaps (tenant, noticed_at desc);
alter table wingman.watch_gaps owner to wingman_owner;
alter table wingman.watch_gaps enable row level security;
alter table wingman.watch_gaps force row level security;
create policy own_tenant on wingman.watch_gaps using (tenant = current_setting('wingman.tenant', true));
grant select on wingman.watch_gaps to wingman_api, wingman_worker, wingman_gateway, wingman_reader;

create function wingman.project_watch_gap(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
begin
  insert into wingman.watch_gaps (tenant, gap_id, environment, reason, began_at, noticed_at)
  values (p_tenant, body ->> 'gap_id', body ->> 'environment', body ->> 'reason', (body ->> 'began_at')::timestamptz, p_at);
end $$;
create function wingman.project_watch_resumed(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
begin
  update wingman.watch_gaps set closed_at = p_at, closed = body where gap_id = body ->> 'gap_id' and tenant = p_tenant and closed_at is null;
end $$;

-- The gate's checks and those of 005 come first; then the row learns what it may do to the engine and how things stood before.
alter function wingman.project_execution_intent(text, jsonb, jsonb, bigint, timestamptz) rename to claim_unrevoked_execution;
create function wingman.project_execution_intent(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
begin
  perform wingman.claim_unrevoked_execution(p_tenant, body, projection, seq, p_at);
  update wingman.executions set effects = coalesce(projection -> 'effects', '[]'), baseline = jsonb_build_object('before', body -> 'before')
  where execution_id = (body ->> 'execution_id')::uuid and tenant = p_tenant;
end $$;
create function wingman.project_execution_outcome(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
begin
  perform wingman.project_gate('execution.outcome', p_tenant, body, projection, seq, p_at);
  update wingman.executions set baseline = coalesce(baseline, '{}') || jsonb_build_object('after', body -> 'after')
  where execution_id = (body ->> 'execution_id')::uuid and tenant = p_tenant;
end $$;

insert into wingman.ledger_kinds (kind, role) values ('watch.gap', 'wingman_gateway'), ('watch.resumed', 'wingman_gateway');

do $$
declare f text;
begin
  foreach f in array array['watch_gap', 'watch_resumed', 'execution_intent', 'execution_outcome'] loop
    execute format('alter function wingman.%I(text, jsonb, jsonb, bigint, timestamptz) owner to wingman_owner', 'project_' || f);
    execute format('revoke all on function wingman.%I(text, jsonb, jsonb, bigint, timestamptz) from public', 'project_' || f);
  end loop;
end $$;
