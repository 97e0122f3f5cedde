-- Recovery runs: which plan, how far, and what every act of it came to. The order of stages is kept here again, so that no message
-- that reaches the workflow engine can skip, repeat or reorder one.
create table wingman.dr_runs (
  run_id uuid primary key,
  tenant text not null,
  name text not null,
  worker_id text not null,
  key_id text not null,
  agent_owner text,
  environment text not null,
  plan jsonb not null,
  plan_hash text not null,
  drill boolean not null,
  status text not null check (status in ('RUNNING', 'PAUSED', 'ABORTING', 'COMPLETED', 'COMPLETED_WITH_GAPS', 'STOPPED', 'ROLLED_BACK', 'ROLLBACK_FAILED', 'ABORTED')),
  reason text,
  started_at timestamptz not null,
  ended_at timestamptz
);
create index dr_runs_recent on wingman.dr_runs (tenant, started_at desc);

create table wingman.dr_stages (
  run_id uuid not null references wingman.dr_runs (run_id),
  -- From 1, one after the other: a stage that is carded again has another position.
  position int not null check (position between 1 and 500),
  tenant text not null,
  stage int not null,
  direction text not null check (direction in ('do', 'undo')),
  name text not null,
  approval_id uuid not null unique,
  -- What the card rests on; null when the engine was not seen.
  world jsonb,
  -- What earlier acts really did, as the card says it.
  earlier jsonb not null,
  opened_at timestamptz not null,
  -- Why the card was taken back, if it was, and by whom.
  withdrawn text check (withdrawn in ('PAUSED', 'WORLD_CHANGED', 'ABORTED')),
  withdrawn_reason text,
  settled text check (settled in ('DONE', 'DRILLED', 'REJECTED', 'EXPIRED', 'CANCELLED', 'REFUSED', 'FAILED', 'NOT_PROVEN', 'PAUSED', 'WORLD_CHANGED', 'ABORTED')),
  began boolean not null default false,
  reason text,
  evidence jsonb,
  evidence_sha256 text,
  settled_at timestamptz,
  primary key (run_id, position)
);
-- Approve all at once does not exist: one open act for each run.
create unique index dr_stages_open on wingman.dr_stages (run_id) where settled is null;

-- Who paused, resumed or aborted, with the signed form of it.
create table wingman.dr_controls (
  run_id uuid not null references wingman.dr_runs (run_id),
  n int not null,
  tenant text not null,
  action text not null check (action in ('PAUSE', 'RESUME', 'ABORT')),
  reviewer text not null,
  note text,
  attestation text not null,
  at timestamptz not null,
  primary key (run_id, n)
);

-- The request of a stage says of which; part of every ledger row about it. Null for all other requests.
alter table wingman.approvals add column dr jsonb;

do $$
declare t text;
begin
  foreach t in array array['dr_runs', 'dr_stages', 'dr_controls'] loop
    execute format('alter table wingman.%I owner to wingman_owner', t);
    execute format('alter table wingman.%I enable row level security', t);
    execute format('alter table wingman.%I force row level security', t);
    execute format('create policy own_tenant on wingman.%I using (tenant = current_setting(''wingman.tenant'', true))', t);
    execute format('grant select on wingman.%I to wingman_api, wingman_worker, wingman_reader', t);
  end loop;
end $$;

create function wingman.project_dr_started(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
begin
  insert into wingman.dr_runs (run_id, tenant, name, worker_id, key_id, agent_owner, environment, plan, plan_hash, drill, status, started_at)
  values ((body ->> 'run_id')::uuid, p_tenant, body ->> 'name', body ->> 'worker_id', body ->> 'key_id', projection ->> 'agent_owner', body ->> 'environment',
    projection -> 'plan', body ->> 'plan_hash', (body ->> 'drill')::boolean, 'RUNNING', p_at);
end $$;

-- The next act follows from the last one and the plan; anything else is refused.
create function wingman.project_dr_stage_opened(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
declare
  r wingman.dr_runs%rowtype;
  last wingman.dr_stages%rowtype;
  fail wingman.dr_stages%rowtype;
  rule jsonb;
  p_stage int := (body ->> 'stage')::int;
  p_direction text := body ->> 'direction';
  ok boolean := false;
begin
  select * into r from wingman.dr_runs where run_id = (body ->> 'run_id')::uuid and tenant = p_tenant for update;
  if not found then perform wingman.refuse('NOT_FOUND'); end if;
  if r.status = 'PAUSED' then perform wingman.refuse('DR_PAUSED'); end if;
  if r.status <> 'RUNNING' or (body ->> 'drill')::boolean <> r.drill then perform wingman.refuse('DR_STATE'); end if;
  select * into last from wingman.dr_stages s where s.run_id = r.run_id order by s.position desc limit 1;
  if coalesce(last.position, 0) + 1 <> (body ->> 'position')::int or (last.position is not null and last.settled is null) then perform wingman.refuse('DR_STATE'); end if;
  if p_stage not between 1 and jsonb_array_length(r.plan -> 'stages') then perform wingman.refuse('DR_STATE'); end if;

  if last.position is null then
    ok := p_direction = 'do' and p_stage = 1;
  elsif last.settled in ('PAUSED', 'WORLD_CHANGED') then
    ok := p_direction = last.direction and p_stage = last.stage;
  elsif last.direction = 'do' then
    rule := r.plan -> 'stages' -> (last.stage - 1) -> (case when last.settled in ('FAILED', 'NOT_PROVEN') then 'on_failure' else 'on_reject' end);
    if last.settled in ('DONE', 'DRILLED') or (rule = '"continue"' and last.settled <> 'ABORTED') then
      ok := p_direction = 'do' and p_stage = last.stage + 1;
    elsif jsonb_typeof(rule) = 'object' and last.settled <> 'ABORTED' then
      ok := p_direction = 'undo' and p_stage between (rule ->> 'rollback_to')::int + 1 and last.stage;
    end if;
  elsif last.settled in ('DONE', 'DRILLED') then
    select * into fail from wingman.dr_stages s where s.run_id = r.run_id and s.direction = 'do' order by s.position desc limit 1;
    rule := r.plan -> 'stages' -> (fail.stage - 1) -> (case when fail.settled in ('FAILED', 'NOT_PROVEN') then 'on_failure' else 'on_reject' end);
    ok := p_direction = 'undo' and jsonb_typeof(rule) = 'object' and p_stage between (rule ->> 'rollback_to')::int + 1 and last.stage - 1;
  end if;
  if ok is not true then perform wingman.refuse('DR_STATE'); end if;

  insert into wingman.dr_stages (run_id, position, tenant, stage, direction, name, approval_id, world, earlier, opened_at)
  values (r.run_id, (body ->> 'position')::int, p_tenant, p_stage, p_direction, body ->> 'name', (body ->> 'approval_id')::uuid, projection -> 'world', projection -> 'earlier', p_at);
end $$;

-- Done is only what was approved by people, executed to its last step, and seen.
create function wingman.project_dr_stage_settled(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
declare
  r wingman.dr_runs%rowtype;
  s wingman.dr_stages%rowtype;
  a wingman.approvals%rowtype;
  p_end text := body ->> 'end';
begin
  select * into r from wingman.dr_runs where run_id = (body ->> 'run_id')::uuid and tenant = p_tenant for update;
  if not found then perform wingman.refuse('NOT_FOUND'); end if;
  select * into s from wingman.dr_stages x where x.run_id = r.run_id and x.position = (body ->> 'position')::int for update;
  if not found or s.settled is not null then perform wingman.refuse('DR_STATE'); end if;
  if p_end in ('DONE', 'DRILLED') then
    select * into a from wingman.approvals x where x.request_id = s.approval_id;
    if not found or a.status <> 'APPROVED' or (p_end = 'DRILLED') <> r.drill then perform wingman.refuse('DR_STATE'); end if;
    if not r.drill and (select count(distinct e.step) from wingman.executions e where e.request_id = a.request_id and e.status = 'SUCCEEDED') < jsonb_array_length(a.commands) then
      perform wingman.refuse('DR_STATE');
    end if;
  end if;
  if p_end in ('PAUSED', 'WORLD_CHANGED') and p_end is distinct from s.withdrawn then perform wingman.refuse('DR_STATE'); end if;
  update wingman.dr_stages x set settled = p_end, began = (body ->> 'began')::boolean, reason = body ->> 'reason',
    evidence = projection -> 'evidence', evidence_sha256 = body ->> 'evidence_sha256', settled_at = p_at
  where x.run_id = s.run_id and x.position = s.position;
end $$;

create function wingman.project_dr_stage_withdrawn(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
begin
  update wingman.dr_stages set withdrawn = body ->> 'because', withdrawn_reason = body ->> 'reason'
  where run_id = (body ->> 'run_id')::uuid and position = (body ->> 'position')::int and tenant = p_tenant and settled is null and withdrawn is null;
  if not found then perform wingman.refuse('DR_STATE'); end if;
end $$;

create function wingman.project_dr_controlled(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
declare
  p_action text := body ->> 'action';
begin
  update wingman.dr_runs set status = case p_action when 'PAUSE' then 'PAUSED' when 'RESUME' then 'RUNNING' else 'ABORTING' end
  where run_id = (body ->> 'run_id')::uuid and tenant = p_tenant and status = any (case p_action
    when 'PAUSE' then array['RUNNING'] when 'RESUME' then array['PAUSED'] when 'ABORT' then array['RUNNING', 'PAUSED'] else array[]::text[] end);
  if not found then perform wingman.refuse('DR_STATE'); end if;
  insert into wingman.dr_controls
  select (body ->> 'run_id')::uuid, count(*) + 1, p_tenant, p_action, body ->> 'reviewer', body ->> 'note', projection ->> 'attestation', p_at
  from wingman.dr_controls c where c.run_id = (body ->> 'run_id')::uuid;
end $$;

create function wingman.project_dr_closed(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
begin
  update wingman.dr_runs r set status = body ->> 'status', reason = body ->> 'reason', ended_at = p_at
  where r.run_id = (body ->> 'run_id')::uuid and r.tenant = p_tenant and r.ended_at is null
    and (r.status = 'ABORTING') = (body ->> 'status' = 'ABORTED') and r.status <> 'PAUSED'
    and not exists (select from wingman.dr_stages s where s.run_id = r.run_id and s.settled is null);
  if not found then perform wingman.refuse('DR_STATE'); end if;
end $$;

-- Where every approval and every start comes by: a stage of a run that is paused, aborted or over is not approved, and of a drill
-- nothing is ever executed, whoever asks.
create function wingman.guard_dr_approval() returns trigger language plpgsql as $$
declare
  r wingman.dr_runs%rowtype;
begin
  select x.* into r from wingman.dr_runs x where x.run_id = (new.dr ->> 'run_id')::uuid;
  if not found then perform wingman.refuse('DR_STATE'); end if;
  if r.status = 'PAUSED' then perform wingman.refuse('DR_PAUSED'); end if;
  if r.status <> 'RUNNING' or not exists (select from wingman.dr_stages s where s.approval_id = new.request_id and s.settled is null and s.withdrawn is null) then
    perform wingman.refuse('DR_STATE');
  end if;
  return new;
end $$;
create trigger dr_stage_is_open before update of status on wingman.approvals for each row
  when (new.dr is not null and old.status is distinct from new.status and new.status in ('APPROVED', 'AUTO_APPROVED')) execute function wingman.guard_dr_approval();

create function wingman.guard_dr_execution() returns trigger language plpgsql as $$
declare
  link jsonb;
begin
  select a.dr into link from wingman.approvals a where a.request_id = new.request_id;
  if link is null then return new; end if;
  if (link ->> 'drill')::boolean is not false then perform wingman.refuse('DR_DRILL'); end if;
  if not exists (select from wingman.dr_runs r join wingman.dr_stages s on s.run_id = r.run_id
    where s.approval_id = new.request_id and s.settled is null and not r.drill and r.status in ('RUNNING', 'PAUSED')) then
    perform wingman.refuse('DR_STATE');
  end if;
  return new;
end $$;
create trigger dr_stage_may_run before insert on wingman.executions for each row execute function wingman.guard_dr_execution();

insert into wingman.ledger_kinds (kind, role) values
  ('dr.started', 'wingman_api'), ('dr.stage_opened', 'wingman_worker'), ('dr.stage_settled', 'wingman_worker'), ('dr.stage_withdrawn', 'wingman_worker'),
  ('dr.stage_withdrawn', 'wingman_api'), ('dr.controlled', 'wingman_worker'), ('dr.controlled', 'wingman_api'), ('dr.closed', 'wingman_worker'),
  -- To stop is all that the worker may do with it: an abort takes back what was approved.
  ('approval.revoked', 'wingman_worker');
do $$
declare f text;
begin
  foreach f in array array['dr_started', 'dr_stage_opened', 'dr_stage_settled', 'dr_stage_withdrawn', 'dr_controlled', 'dr_closed'] loop
    execute format('alter function wingman.%I(text, jsonb, jsonb, bigint, timestamptz) owner to wingman_owner', 'project_' || f);
    execute format('revoke all on function wingman.%I(text, jsonb, jsonb, bigint, timestamptz) from public', 'project_' || f);
  end loop;
  foreach f in array array['guard_dr_approval', 'guard_dr_execution'] loop
    execute format('alter function wingman.%I() owner to wingman_owner', f);
    execute format('revoke all on function wingman.%I() from public', f);
  end loop;
end $$;
