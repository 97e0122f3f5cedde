-- Claims and what became of them: verdicts, incidents, quarantine, and the record of each agent. As before, every row is written by
-- the projector of a ledger kind, in the transaction of the ledger row it follows from; the watcher's cursor alone is not.

-- A claim that was LOGGED stands in its agent's record and may open an incident; one that was ASKED is only a question.
alter table wingman.claims
  add column seq bigint,
  add column origin text not null default 'LOGGED' check (origin in ('LOGGED', 'ASKED')),
  add column asked_by text,
  add column execution_id uuid,
  add column approval_id uuid,
  add column environment text,
  add column host text,
  add column typed jsonb,
  add column judged_at timestamptz,
  alter column worker_id drop not null,
  add constraint claims_status check (status in ('PENDING_VERIFICATION', 'TRUE', 'FALSE', 'UNVERIFIABLE'));
create unique index claims_feed on wingman.claims (tenant, seq);
create index claims_of_agent on wingman.claims (tenant, worker_id, seq);
create index claims_of_approval on wingman.claims (approval_id) where approval_id is not null;
create index claims_of_execution on wingman.claims (execution_id) where execution_id is not null;
-- Claims of before had no number: they get theirs, and the watcher reads them like any other. Row security is forced: tenant by tenant.
do $$
declare t text;
begin
  for t in select tenant from wingman.tenant_names loop
    perform set_config('wingman.tenant', t, true);
    update wingman.claims c set seq = l.seq from wingman.ledger l
    where c.tenant = t and l.tenant = t and l.kind = 'claim' and c.claim_id = (l.body::jsonb ->> 'claim_id')::uuid;
  end loop;
  perform set_config('wingman.tenant', '', true);
end $$;

create table wingman.verdicts (
  verdict_id uuid primary key,
  tenant text not null,
  seq bigint not null,
  claim_id uuid not null,
  -- One verification of one claim: the watcher's is `watcher`, one that somebody asked for has an id of its own.
  run text not null,
  worker_id text,
  origin text not null,
  verdict text not null check (verdict in ('TRUE', 'FALSE', 'UNVERIFIABLE')),
  verifier text not null check (verifier in ('simple', 'enhanced')),
  rule text not null,
  details text not null,
  evidence jsonb not null,
  evidence_sha256 text not null,
  processing_time_ms int not null,
  -- The incident that it opened or repeated.
  incident_id uuid,
  at timestamptz not null,
  unique (claim_id, run)
);
create index verdicts_recent on wingman.verdicts (tenant, at desc) include (verdict, processing_time_ms);

-- How an agent's logged claims came out, counted as they come, so that asking costs the same with a million of them.
create table wingman.agent_records (
  tenant text not null,
  worker_id text not null,
  claims int not null default 0,
  verdicts_true int not null default 0,
  verdicts_false int not null default 0,
  verdicts_unverifiable int not null default 0,
  incidents int not null default 0,
  last_claim_at timestamptz,
  primary key (tenant, worker_id)
);

create table wingman.incidents (
  incident_id uuid primary key,
  tenant text not null,
  seq bigint not null,
  kind text not null check (kind ~ '^[A-Z_]+$' and length(kind) <= 40),
  severity text not null check (severity in ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
  -- What it is about, in the form of its kind: the same kind and subject again, while this is open, is a repeat.
  subject text not null check (length(subject) <= 400),
  summary text not null,
  worker_id text,
  environment text,
  host text,
  claim_id uuid,
  verdict_id uuid,
  approval_id uuid,
  execution_id uuid,
  details jsonb not null,
  state text not null check (state in ('OPEN', 'ACKNOWLEDGED', 'RESOLVED')),
  repeats int not null default 0,
  digested int not null default 0,
  opened_at timestamptz not null,
  last_seen_at timestamptz not null,
  acknowledged_at timestamptz,
  acknowledged_by text,
  acknowledge_note text,
  resolved_at timestamptz,
  resolved_by text,
  resolution text,
  -- True once its workflow was started; the watcher starts what is still false.
  attended boolean not null default false
);
create unique index incidents_open on wingman.incidents (tenant, kind, subject) where state <> 'RESOLVED';
create index incidents_recent on wingman.incidents (tenant, seq desc);
create index incidents_of_agent on wingman.incidents (tenant, worker_id, seq desc);
create index incidents_unattended on wingman.incidents (tenant, seq) where not attended;

-- Tokens of an agent that were minted before its last quarantine stay dead after its release.
create table wingman.token_revocations (
  tenant text not null,
  worker_id text not null,
  minted_before timestamptz not null,
  primary key (tenant, worker_id)
);

create table wingman.watcher_cursors (
  tenant text primary key,
  seq bigint not null,
  moved_at timestamptz not null default clock_timestamp()
);

-- What a part says of itself every few seconds, for GET /health; not in the ledger.
create table wingman.part_reports (
  part text primary key,
  facts jsonb not null,
  at timestamptz not null default clock_timestamp()
);
alter table wingman.part_reports owner to wingman_owner;
grant select, insert, update on wingman.part_reports to wingman_worker;
grant select on wingman.part_reports to wingman_api, wingman_reader;

do $$
declare t text;
begin
  foreach t in array array['verdicts', 'agent_records', 'incidents', 'token_revocations', 'watcher_cursors'] loop
    execute format('alter table wingman.%I owner to wingman_owner', t);
    execute format('alter table wingman.%I enable row level security', t);
    execute format('alter table wingman.%I force row level security', t);
    execute format('create policy own_tenant on wingman.%I using (tenant = current_setting(''wingman.tenant'', true))', t);
    execute format('grant select on wingman.%I to wingman_reader', t);
  end loop;
end $$;
grant select on wingman.verdicts, wingman.agent_records, wingman.incidents, wingman.token_revocations to wingman_api, wingman_worker, wingman_gateway;
grant select, insert, update on wingman.watcher_cursors to wingman_worker;
grant select on wingman.watcher_cursors to wingman_api;
grant update (attended) on wingman.incidents to wingman_worker;

-- A claim may lean on an approval or a run of its own agent, and on nobody else's.
create function wingman.project_claim(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
declare
  worker text := body ->> 'worker_id';
  of_run uuid;
begin
  if body ->> 'execution_id' is not null then
    select e.request_id into of_run from wingman.executions e
    where e.execution_id = (body ->> 'execution_id')::uuid and e.tenant = p_tenant and e.worker_id = worker;
    if not found or of_run is distinct from coalesce((body ->> 'approval_id')::uuid, of_run) then perform wingman.refuse('NOT_FOUND'); end if;
  end if;
  if body ->> 'approval_id' is not null and not exists (
    select from wingman.approvals a where a.request_id = (body ->> 'approval_id')::uuid and a.tenant = p_tenant and a.worker_id = worker
  ) then
    perform wingman.refuse('NOT_FOUND');
  end if;
  insert into wingman.claims (claim_id, tenant, worker_id, claim, status, claimed_at, seq, origin, asked_by, execution_id, approval_id, environment, host, typed)
  values ((body ->> 'claim_id')::uuid, p_tenant, worker, body ->> 'claim', 'PENDING_VERIFICATION', p_at, seq, coalesce(body ->> 'origin', 'LOGGED'),
    body ->> 'asked_by', (body ->> 'execution_id')::uuid, coalesce((body ->> 'approval_id')::uuid, of_run), body ->> 'environment', body ->> 'host',
    nullif(body -> 'typed', 'null'));
  if coalesce(body ->> 'origin', 'LOGGED') = 'LOGGED' and worker is not null then
    insert into wingman.agent_records as r (tenant, worker_id, claims, last_claim_at) values (p_tenant, worker, 1, p_at)
    on conflict (tenant, worker_id) do update set claims = r.claims + 1, last_claim_at = p_at;
  end if;
end $$;

-- The first verdict counts in the record. A later one may settle what was UNVERIFIABLE; FALSE stays FALSE, or an agent could claim
-- first and do it when it is caught.
create function wingman.project_claim_verdict(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
declare
  c wingman.claims%rowtype;
  v text := body ->> 'verdict';
begin
  select * into c from wingman.claims where claim_id = (body ->> 'claim_id')::uuid and tenant = p_tenant for update;
  if not found then perform wingman.refuse('NOT_FOUND'); end if;
  insert into wingman.verdicts values ((body ->> 'verdict_id')::uuid, p_tenant, seq, c.claim_id, body ->> 'run', c.worker_id, c.origin, v,
    body ->> 'verifier', body ->> 'rule', projection ->> 'details', projection -> 'evidence', body ->> 'evidence_sha256',
    (body ->> 'processing_time_ms')::int, (body ->> 'incident_id')::uuid, p_at);
  if c.status in ('PENDING_VERIFICATION', 'UNVERIFIABLE') then
    update wingman.claims set status = v, judged_at = p_at where claim_id = c.claim_id;
  end if;
  if c.origin = 'LOGGED' and c.worker_id is not null and c.status in ('PENDING_VERIFICATION', 'UNVERIFIABLE') and c.status <> v then
    update wingman.agent_records set
      verdicts_true = verdicts_true + (v = 'TRUE')::int,
      verdicts_false = verdicts_false + (v = 'FALSE')::int,
      verdicts_unverifiable = verdicts_unverifiable + (v = 'UNVERIFIABLE')::int - (c.status = 'UNVERIFIABLE')::int
    where tenant = p_tenant and worker_id = c.worker_id;
  end if;
end $$;

create function wingman.project_incident_opened(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
begin
  if exists (select from wingman.incidents i where i.tenant = p_tenant and i.kind = body ->> 'kind' and i.subject = body ->> 'subject' and i.state <> 'RESOLVED') then
    perform wingman.refuse('INCIDENT_STATE');
  end if;
  insert into wingman.incidents (incident_id, tenant, seq, kind, severity, subject, summary, worker_id, environment, host, claim_id, verdict_id,
    approval_id, execution_id, details, state, opened_at, last_seen_at)
  values ((body ->> 'incident_id')::uuid, p_tenant, seq, body ->> 'kind', body ->> 'severity', body ->> 'subject', body ->> 'summary', body ->> 'worker_id',
    body ->> 'environment', body ->> 'host', (body ->> 'claim_id')::uuid, (body ->> 'verdict_id')::uuid, (body ->> 'approval_id')::uuid,
    (body ->> 'execution_id')::uuid, coalesce(projection -> 'details', '{}'), 'OPEN', p_at, p_at);
  if body ->> 'worker_id' is not null then
    insert into wingman.agent_records as r (tenant, worker_id, incidents) values (p_tenant, body ->> 'worker_id', 1)
    on conflict (tenant, worker_id) do update set incidents = r.incidents + 1;
  end if;
end $$;

create function wingman.project_incident_repeated(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
declare
  ranks text[] := array['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];
begin
  update wingman.incidents set repeats = repeats + 1, last_seen_at = p_at,
    severity = ranks[greatest(array_position(ranks, severity), array_position(ranks, coalesce(body ->> 'severity', severity)))]
  where incident_id = (body ->> 'incident_id')::uuid and tenant = p_tenant and state <> 'RESOLVED';
  if not found then perform wingman.refuse('INCIDENT_STATE'); end if;
end $$;

create function wingman.project_incident_digest(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
begin
  update wingman.incidents set digested = (body ->> 'repeats')::int
  where incident_id = (body ->> 'incident_id')::uuid and tenant = p_tenant and state <> 'RESOLVED' and digested < (body ->> 'repeats')::int;
  if not found then perform wingman.refuse('INCIDENT_STATE'); end if;
end $$;

create function wingman.project_incident_acknowledged(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
begin
  update wingman.incidents set state = 'ACKNOWLEDGED', acknowledged_at = p_at, acknowledged_by = body ->> 'by', acknowledge_note = body ->> 'note'
  where incident_id = (body ->> 'incident_id')::uuid and tenant = p_tenant and state = 'OPEN';
  if not found then perform wingman.refuse('INCIDENT_STATE'); end if;
end $$;

create function wingman.project_incident_resolved(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
begin
  update wingman.incidents set state = 'RESOLVED', resolved_at = p_at, resolved_by = body ->> 'by', resolution = body ->> 'resolution'
  where incident_id = (body ->> 'incident_id')::uuid and tenant = p_tenant and state <> 'RESOLVED';
  if not found then perform wingman.refuse('INCIDENT_STATE'); end if;
end $$;

create function wingman.project_quarantine_set(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
begin
  perform wingman.project_gate('quarantine.set', p_tenant, body, projection, seq, p_at);
  insert into wingman.token_revocations values (p_tenant, body ->> 'worker_id', p_at)
  on conflict (tenant, worker_id) do update set minted_before = excluded.minted_before;
end $$;

-- A quarantined agent's open requests are parked: nobody approves them until it is released. Rejecting them is always possible.
create function wingman.require_not_parked(p_tenant text, body jsonb) returns void language plpgsql as $$
begin
  if exists (
    select from wingman.approvals a join wingman.quarantines q on q.tenant = a.tenant and q.worker_id = a.worker_id
    where a.request_id = (body ->> 'approval_id')::uuid and a.tenant = p_tenant
  ) then
    perform wingman.refuse('QUARANTINED');
  end if;
end $$;
create function wingman.project_approval_decision(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
begin
  if body ->> 'decision' = 'APPROVE' then perform wingman.require_not_parked(p_tenant, body); end if;
  perform wingman.project_gate('approval.decision', p_tenant, body, projection, seq, p_at);
end $$;
create function wingman.project_approval_closed(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
begin
  if body ->> 'status' = 'APPROVED' then perform wingman.require_not_parked(p_tenant, body); end if;
  perform wingman.project_gate('approval.closed', p_tenant, body, projection, seq, p_at);
end $$;

-- The gate's own checks (003) come first: a quarantine in force is one of them. Then the tokens of before a quarantine that is over.
create function wingman.project_execution_intent(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
declare
  worker text;
  dead_before timestamptz;
begin
  perform wingman.project_gate('execution.intent', p_tenant, body, projection, seq, p_at);
  select a.worker_id into worker from wingman.approvals a where a.request_id = (body ->> 'approval_id')::uuid and a.tenant = p_tenant;
  select r.minted_before into dead_before from wingman.token_revocations r where r.tenant = p_tenant and r.worker_id = worker;
  -- `iat` counts whole seconds, rounded down: one minted in the second of the quarantine is dead too.
  if dead_before is not null and coalesce(to_timestamp((body ->> 'token_iat')::float8), '-infinity') <= dead_before then
    perform wingman.refuse('TOKEN_REVOKED');
  end if;
end $$;

insert into wingman.ledger_kinds (kind, role) values
  ('claim.verdict', 'wingman_worker'),
  ('incident.opened', 'wingman_worker'), ('incident.opened', 'wingman_gateway'),
  ('incident.repeated', 'wingman_worker'), ('incident.repeated', 'wingman_gateway'),
  ('incident.digest', 'wingman_worker'),
  ('incident.acknowledged', 'wingman_api'),
  ('incident.resolved', 'wingman_api'), ('incident.resolved', 'wingman_worker'),
  ('quarantine.set', 'wingman_worker');

do $$
declare f text;
begin
  foreach f in array array['claim', 'claim_verdict', 'incident_opened', 'incident_repeated', 'incident_digest', 'incident_acknowledged', 'incident_resolved',
    'quarantine_set', 'approval_decision', 'approval_closed', 'execution_intent'] loop
    execute format('alter function wingman.%I(text, jsonb, jsonb, bigint, timestamptz) owner to wingman_owner', 'project_' || f);
    execute format('revoke all on function wingman.%I(text, jsonb, jsonb, bigint, timestamptz) from public', 'project_' || f);
  end loop;
end $$;
alter function wingman.require_not_parked(text, jsonb) owner to wingman_owner;
revoke all on function wingman.require_not_parked(text, jsonb) from public;
