-- Tables beside the ledger. Each row of them is written by wingman.project(), in the transaction that appends the ledger row
-- it follows from; no process role may write them in any other way, but for the few tables granted at the end.

create table wingman.tenants (
  tenant text primary key,
  name text not null,
  created_at timestamptz not null
);

create table wingman.api_keys (
  key_id text primary key,
  tenant text not null,
  key_hash text not null unique,
  kind text not null check (kind in ('agent', 'reviewer', 'operator', 'delegate')),
  -- reviewer: the reviewer's id. operator, delegate: a name for the record. agent: null, worker_ids say who it may be.
  subject text,
  worker_ids text[] not null default '{}',
  worker_prefixes text[] not null default '{}',
  environments text[] not null default '{}',
  owner text,
  created_at timestamptz not null,
  revoked_at timestamptz
);

create table wingman.reviewers (
  tenant text not null,
  reviewer text not null,
  may_decide boolean not null,
  disabled boolean not null default false,
  telegram_user bigint,
  telegram_chat bigint,
  created_at timestamptz not null,
  primary key (tenant, reviewer)
);
create unique index reviewers_telegram on wingman.reviewers (telegram_user) where telegram_user is not null;

create table wingman.link_codes (
  code_hash text primary key,
  tenant text not null,
  reviewer text not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table wingman.policies (
  tenant text not null,
  version int not null,
  hash text not null,
  source text not null,
  policy jsonb not null,
  applied_by text not null,
  applied_at timestamptz not null,
  primary key (tenant, version)
);

create table wingman.approvals (
  request_id uuid primary key,
  tenant text not null,
  workflow_id text not null,
  run_id text not null,
  worker_id text not null,
  agent_owner text,
  environment text not null,
  task_name text not null,
  instruction text not null,
  commands jsonb not null,
  execute boolean not null,
  ordered boolean not null,
  plan text,
  plan_hash text,
  fingerprint text not null,
  targets jsonb not null,
  targets_hash text,
  policy_version int not null,
  risk_level text not null,
  risk_reason text not null,
  votes jsonb not null,
  reasons jsonb not null,
  card jsonb not null,
  quorum int not null,
  status text not null check (status in ('PENDING', 'APPROVED', 'REJECTED', 'EXPIRED', 'CANCELLED', 'AUTO_APPROVED', 'AUTO_REJECTED')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  execution_minutes int not null,
  token_ttl_seconds int not null,
  executable_until timestamptz,
  decided_at timestamptz,
  decided_by text,
  decision_note text,
  revoked_at timestamptz,
  execution_status text,
  -- True while Temporal has not been told of an end that the API committed by itself.
  nudge boolean not null default false
);
create index approvals_pending on wingman.approvals (tenant, created_at, request_id) where status = 'PENDING';
create index approvals_recent on wingman.approvals (tenant, created_at desc);
create index approvals_nudge on wingman.approvals (request_id) where nudge;

create table wingman.decisions (
  tenant text not null,
  request_id uuid not null,
  reviewer text not null,
  decision text not null check (decision in ('APPROVE', 'REJECT')),
  note text,
  attestation text not null,
  decided_at timestamptz not null,
  primary key (request_id, reviewer, decision)
);

create table wingman.executions (
  execution_id uuid primary key,
  tenant text not null,
  request_id uuid not null,
  environment text not null,
  worker_id text not null,
  step int not null,
  use int not null,
  jti uuid not null unique,
  command text not null,
  status text not null check (status in ('RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'UNKNOWN')),
  gateway text not null,
  boot int not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  exit_code int,
  output text,
  error_code text,
  receipt text,
  resolution jsonb,
  unique (request_id, step, use)
);
create index executions_recent on wingman.executions (tenant, started_at desc);
create index executions_running on wingman.executions (environment) where status = 'RUNNING';

create table wingman.locks (
  tenant text not null,
  -- '*' is every environment of the tenant.
  environment text not null,
  reason text not null,
  locked_by text not null,
  locked_at timestamptz not null,
  primary key (tenant, environment)
);

create table wingman.quarantines (
  tenant text not null,
  worker_id text not null,
  reason text not null,
  quarantined_by text not null,
  quarantined_at timestamptz not null,
  primary key (tenant, worker_id)
);

create table wingman.claims (
  claim_id uuid primary key,
  tenant text not null,
  worker_id text not null,
  claim text not null,
  status text not null,
  claimed_at timestamptz not null
);

create table wingman.key_revocations (
  kid text primary key,
  revoked_by text not null,
  revoked_at timestamptz not null
);

-- Not in the ledger: what an engine holds at this moment, and what only guards against repetition.
create table wingman.inventories (
  environment text primary key,
  as_of timestamptz not null,
  inventory jsonb
);
create table wingman.idempotency (
  tenant text not null,
  key_id text not null,
  idempotency_key text not null,
  request_hash text not null,
  status int,
  body text,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant, key_id, idempotency_key)
);
create table wingman.proof_ids (
  jti text primary key,
  seen_at timestamptz not null default clock_timestamp()
);
create sequence wingman.gateway_boots as int;

-- One function for what each kind of ledger row does to the tables above. A state that does not allow the row raises an
-- exception of class WM; its message is the refusal's code, and nothing of that row is written.
create or replace function wingman.refuse(code text) returns void language plpgsql as $$
begin
  raise exception using errcode = 'WM001', message = code;
end $$;

create or replace function wingman.claim_execution(p_tenant text, body jsonb, p_at timestamptz) returns void
language plpgsql as $$
declare
  a wingman.approvals%rowtype;
begin
  select * into a from wingman.approvals where request_id = (body ->> 'approval_id')::uuid and tenant = p_tenant for update;
  if not found then perform wingman.refuse('NOT_FOUND'); end if;
  if a.status not in ('APPROVED', 'AUTO_APPROVED') then perform wingman.refuse('NOT_APPROVED'); end if;
  if a.revoked_at is not null then perform wingman.refuse('APPROVAL_REVOKED'); end if;
  if a.executable_until is null or p_at >= a.executable_until then perform wingman.refuse('APPROVAL_LAPSED'); end if;
  if a.plan_hash is distinct from body ->> 'plan_hash' then perform wingman.refuse('PLAN_HASH_MISMATCH'); end if;
  if a.environment is distinct from body ->> 'environment' then perform wingman.refuse('ENVIRONMENT_MISMATCH'); end if;
  if exists (select from wingman.locks l where l.tenant = p_tenant and l.environment in ('*', a.environment)) then
    perform wingman.refuse('LOCKED');
  end if;
  if exists (select from wingman.quarantines q where q.tenant = p_tenant and q.worker_id = a.worker_id) then
    perform wingman.refuse('QUARANTINED');
  end if;
  if exists (select from wingman.key_revocations r where r.kid = body ->> 'kid') then perform wingman.refuse('TOKEN_KEY'); end if;
  if exists (select from wingman.executions e where e.jti = (body ->> 'jti')::uuid) then perform wingman.refuse('TOKEN_USED'); end if;
  if exists (select from wingman.executions e where e.request_id = a.request_id and e.step = (body ->> 'step')::int and e.use = (body ->> 'use')::int) then
    perform wingman.refuse('STEP_ALREADY_EXECUTED');
  end if;
  -- One use per approval and step; in an ordered plan each step needs the success of the one before it.
  if (body ->> 'use')::int <> 0 then perform wingman.refuse('STEP_ALREADY_EXECUTED'); end if;
  if (body ->> 'step')::int > 0 and a.ordered and not exists (
    select from wingman.executions e
    where e.request_id = a.request_id and e.step = (body ->> 'step')::int - 1 and e.status = 'SUCCEEDED'
  ) then
    perform wingman.refuse('STEP_OUT_OF_ORDER');
  end if;
  insert into wingman.executions (execution_id, tenant, request_id, environment, worker_id, step, use, jti, command, status, gateway, boot, started_at)
  values ((body ->> 'execution_id')::uuid, p_tenant, a.request_id, a.environment, a.worker_id, (body ->> 'step')::int, (body ->> 'use')::int,
    (body ->> 'jti')::uuid, body ->> 'command', 'RUNNING', body ->> 'gateway', (body ->> 'boot')::int, p_at);
  update wingman.approvals set execution_status = 'RUNNING' where request_id = a.request_id;
end $$;

create or replace function wingman.finish_execution(p_tenant text, body jsonb, projection jsonb, p_at timestamptz) returns void
language plpgsql as $$
declare
  e wingman.executions%rowtype;
  steps int;
begin
  select * into e from wingman.executions where execution_id = (body ->> 'execution_id')::uuid and tenant = p_tenant for update;
  if not found then perform wingman.refuse('NOT_FOUND'); end if;
  if e.status <> 'RUNNING' then perform wingman.refuse('STEP_ALREADY_EXECUTED'); end if;
  update wingman.executions set status = body ->> 'status', finished_at = p_at, exit_code = (body ->> 'exit_code')::int,
    output = projection ->> 'output', error_code = body ->> 'error_code', receipt = projection ->> 'receipt'
  where execution_id = e.execution_id;
  select jsonb_array_length(commands) into steps from wingman.approvals where request_id = e.request_id;
  update wingman.approvals set execution_status = case
    when body ->> 'status' <> 'SUCCEEDED' then body ->> 'status'
    when (select count(*) from wingman.executions x where x.request_id = e.request_id and x.status = 'SUCCEEDED') >= steps then 'SUCCEEDED'
    else 'PARTIAL' end
  where request_id = e.request_id;
end $$;

create or replace function wingman.close_approval(p_tenant text, body jsonb, projection jsonb, p_at timestamptz) returns void
language plpgsql as $$
declare
  id uuid := (body ->> 'approval_id')::uuid;
  a wingman.approvals%rowtype;
begin
  select * into a from wingman.approvals where request_id = id and tenant = p_tenant for update;
  if not found then perform wingman.refuse('NOT_FOUND'); end if;
  if a.status <> 'PENDING' then perform wingman.refuse('ALREADY_DECIDED'); end if;
  update wingman.approvals set status = body ->> 'status', decided_at = p_at, decided_by = body ->> 'decided_by',
    decision_note = body ->> 'note', nudge = coalesce((body ->> 'nudge')::boolean, false),
    executable_until = case when body ->> 'status' = 'APPROVED' then p_at + make_interval(mins => a.execution_minutes) end
  where request_id = id;
  if body ->> 'decision' is not null then
    insert into wingman.decisions values (p_tenant, id, body ->> 'decided_by', body ->> 'decision', body ->> 'note', projection ->> 'attestation', p_at);
  end if;
end $$;

create or replace function wingman.project(kind text, p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
declare
  id uuid := (body ->> 'approval_id')::uuid;
begin
  case kind
    when 'tenant.created' then
      insert into wingman.tenants values (p_tenant, body ->> 'name', p_at);
    when 'key.created' then
      insert into wingman.api_keys (key_id, tenant, key_hash, kind, subject, worker_ids, worker_prefixes, environments, owner, created_at)
      values (body ->> 'key_id', p_tenant, projection ->> 'key_hash', body ->> 'kind', body ->> 'subject',
        array(select jsonb_array_elements_text(body -> 'worker_ids')), array(select jsonb_array_elements_text(body -> 'worker_prefixes')),
        array(select jsonb_array_elements_text(body -> 'environments')), body ->> 'owner', p_at);
    when 'key.revoked' then
      update wingman.api_keys set revoked_at = p_at where key_id = body ->> 'key_id' and tenant = p_tenant and revoked_at is null;
      if not found then perform wingman.refuse('NOT_FOUND'); end if;
    when 'reviewer.added' then
      insert into wingman.reviewers (tenant, reviewer, may_decide, created_at) values (p_tenant, body ->> 'reviewer', (body ->> 'may_decide')::boolean, p_at)
      on conflict (tenant, reviewer) do update set may_decide = excluded.may_decide, disabled = false;
    when 'reviewer.disabled' then
      update wingman.reviewers set disabled = true where tenant = p_tenant and reviewer = body ->> 'reviewer';
      if not found then perform wingman.refuse('NOT_FOUND'); end if;
    when 'reviewer.linked' then
      update wingman.link_codes set used_at = p_at
      where code_hash = projection ->> 'code_hash' and tenant = p_tenant and used_at is null and expires_at > p_at;
      if not found then perform wingman.refuse('LINK_CODE_INVALID'); end if;
      update wingman.reviewers set telegram_user = null, telegram_chat = null where telegram_user = (body ->> 'telegram_user')::bigint and tenant = p_tenant;
      update wingman.reviewers set telegram_user = (body ->> 'telegram_user')::bigint, telegram_chat = (body ->> 'telegram_chat')::bigint
      where tenant = p_tenant and reviewer = body ->> 'reviewer';
    when 'reviewer.link_code' then
      insert into wingman.link_codes values (projection ->> 'code_hash', p_tenant, body ->> 'reviewer', p_at + interval '10 minutes');
    when 'policy.applied' then
      insert into wingman.policies values (p_tenant, (body ->> 'version')::int, body ->> 'hash', projection ->> 'source', projection -> 'policy', body ->> 'applied_by', p_at);
    when 'approval.requested' then
      insert into wingman.approvals select r.* from jsonb_populate_record(null::wingman.approvals, projection || jsonb_build_object(
        'tenant', p_tenant, 'created_at', p_at,
        'expires_at', p_at + make_interval(secs => 60 * (projection ->> 'request_minutes')::float8),
        'executable_until', case when projection ->> 'status' = 'AUTO_APPROVED' then p_at + make_interval(mins => (projection ->> 'execution_minutes')::int) end,
        'decided_at', case when projection ->> 'status' <> 'PENDING' then p_at end,
        'decided_by', case when projection ->> 'status' <> 'PENDING' then 'policy' end)) r;
    when 'approval.assessed' then
      update wingman.approvals set risk_level = body ->> 'risk_level', risk_reason = body ->> 'risk_reason', quorum = (body ->> 'quorum')::int,
        votes = projection -> 'votes', card = projection -> 'card'
      where request_id = id and tenant = p_tenant and status = 'PENDING';
    when 'approval.decision' then
      if not exists (select from wingman.approvals a where a.request_id = id and a.tenant = p_tenant and a.status = 'PENDING') then
        perform wingman.refuse('ALREADY_DECIDED');
      end if;
      insert into wingman.decisions values (p_tenant, id, body ->> 'reviewer', body ->> 'decision', body ->> 'note', projection ->> 'attestation', p_at);
    when 'approval.closed' then
      perform wingman.close_approval(p_tenant, body, projection, p_at);
    when 'approval.revoked' then
      update wingman.approvals set revoked_at = p_at
      where request_id = id and tenant = p_tenant and status in ('APPROVED', 'AUTO_APPROVED') and revoked_at is null;
      if not found then perform wingman.refuse('NOT_APPROVED'); end if;
    when 'execution.intent' then
      perform wingman.claim_execution(p_tenant, body, p_at);
    when 'execution.outcome' then
      perform wingman.finish_execution(p_tenant, body, projection, p_at);
    when 'execution.resolved' then
      update wingman.executions set resolution = body where execution_id = (body ->> 'execution_id')::uuid and tenant = p_tenant and status = 'UNKNOWN' and resolution is null;
      if not found then perform wingman.refuse('EXECUTION_NOT_UNKNOWN'); end if;
    when 'execution.not_started' then
      update wingman.approvals set execution_status = 'NOT_STARTED' where request_id = id and tenant = p_tenant;
    when 'lock.set' then
      insert into wingman.locks values (p_tenant, body ->> 'environment', body ->> 'reason', body ->> 'locked_by', p_at)
      on conflict (tenant, environment) do nothing;
    when 'lock.released' then
      delete from wingman.locks where tenant = p_tenant and environment = body ->> 'environment';
      if not found then perform wingman.refuse('NOT_FOUND'); end if;
    when 'quarantine.set' then
      insert into wingman.quarantines values (p_tenant, body ->> 'worker_id', body ->> 'reason', body ->> 'by', p_at)
      on conflict (tenant, worker_id) do nothing;
    when 'quarantine.released' then
      delete from wingman.quarantines where tenant = p_tenant and worker_id = body ->> 'worker_id';
      if not found then perform wingman.refuse('NOT_FOUND'); end if;
    when 'signing_key.revoked' then
      insert into wingman.key_revocations values (body ->> 'kid', body ->> 'by', p_at) on conflict do nothing;
    when 'claim' then
      insert into wingman.claims values ((body ->> 'claim_id')::uuid, p_tenant, body ->> 'worker_id', body ->> 'claim', 'PENDING_VERIFICATION', p_at);
    when 'refusal' then
      null;
    else
      raise exception 'no projection for kind %', kind;
  end case;
end $$;

-- Who may append what: a process that is taken over can write only its own kinds.
insert into wingman.ledger_kinds (kind, role) values
  ('tenant.created', 'wingman_owner'), ('key.created', 'wingman_owner'), ('key.created', 'wingman_api'), ('key.revoked', 'wingman_api'),
  ('reviewer.added', 'wingman_owner'), ('reviewer.added', 'wingman_api'), ('reviewer.disabled', 'wingman_api'),
  ('reviewer.linked', 'wingman_api'), ('reviewer.link_code', 'wingman_api'),
  ('policy.applied', 'wingman_owner'), ('policy.applied', 'wingman_api'),
  ('approval.requested', 'wingman_worker'), ('approval.assessed', 'wingman_worker'), ('approval.decision', 'wingman_worker'),
  ('approval.closed', 'wingman_worker'), ('approval.closed', 'wingman_api'), ('approval.decision', 'wingman_api'),
  ('approval.revoked', 'wingman_api'),
  ('execution.intent', 'wingman_gateway'), ('execution.outcome', 'wingman_gateway'), ('execution.outcome', 'wingman_worker'),
  ('execution.not_started', 'wingman_worker'), ('execution.resolved', 'wingman_api'),
  ('lock.set', 'wingman_api'), ('lock.released', 'wingman_api'), ('quarantine.set', 'wingman_api'), ('quarantine.released', 'wingman_api'),
  ('signing_key.revoked', 'wingman_api'), ('claim', 'wingman_api'),
  ('refusal', 'wingman_api'), ('refusal', 'wingman_worker'), ('refusal', 'wingman_gateway');

-- Tenants see their own rows; the session says which tenant it works for (stores/pool.ts).
do $$
declare t text;
begin
  foreach t in array array['tenants', 'reviewers', 'link_codes', 'policies', 'approvals', 'decisions', 'executions', 'locks', 'quarantines', 'claims', 'idempotency'] loop
    execute format('alter table wingman.%I owner to wingman_owner', t);
    execute format('alter table wingman.%I enable row level security', t);
    execute format('alter table wingman.%I force row level security', t);
    execute format('create policy own_tenant on wingman.%I using (tenant = current_setting(''wingman.tenant'', true))', t);
    execute format('grant select on wingman.%I to wingman_reader', t);
  end loop;
  foreach t in array array['api_keys', 'key_revocations', 'inventories', 'proof_ids'] loop
    execute format('alter table wingman.%I owner to wingman_owner', t);
  end loop;
end $$;
alter sequence wingman.gateway_boots owner to wingman_owner;

grant select on wingman.tenants, wingman.reviewers, wingman.policies, wingman.approvals, wingman.decisions, wingman.executions,
  wingman.locks, wingman.quarantines, wingman.claims to wingman_api, wingman_worker, wingman_gateway;
grant select on wingman.link_codes to wingman_api;
grant select on wingman.key_revocations, wingman.inventories to wingman_api, wingman_worker, wingman_gateway;
grant select, insert, update, delete on wingman.idempotency to wingman_api;
grant update (nudge) on wingman.approvals to wingman_api;
grant insert, update on wingman.inventories to wingman_gateway;
grant insert, delete, select on wingman.proof_ids to wingman_gateway;
grant usage on sequence wingman.gateway_boots to wingman_gateway;

-- Questions that come before the tenant is known, or that span tenants; each answers no more than its caller needs.
create function wingman.find_key(p_hash text) returns table (
  key_id text, tenant text, kind text, subject text, worker_ids text[], worker_prefixes text[], environments text[], owner text, revoked_at timestamptz
) language sql security definer set search_path = pg_catalog stable as $$
  select key_id, tenant, kind, subject, worker_ids, worker_prefixes, environments, owner, revoked_at from wingman.api_keys where key_hash = p_hash
$$;
create function wingman.list_keys(p_tenant text) returns table (
  key_id text, kind text, subject text, worker_ids text[], worker_prefixes text[], environments text[], owner text, created_at timestamptz, revoked_at timestamptz
) language sql security definer set search_path = pg_catalog stable as $$
  select key_id, kind, subject, worker_ids, worker_prefixes, environments, owner, created_at, revoked_at from wingman.api_keys where tenant = p_tenant order by created_at
$$;
-- RLS binds the owner of these tables too, so a definer function that spans tenants names the tenant row by row.
create function wingman.running_of_boot(p_environment text, p_tenant text) returns table (execution_id uuid, request_id uuid, boot int)
language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform set_config('wingman.tenant', p_tenant, true);
  return query select e.execution_id, e.request_id, e.boot from wingman.executions e where e.status = 'RUNNING' and e.environment = p_environment;
end $$;
create table wingman.tenant_names (tenant text primary key);
alter table wingman.tenant_names owner to wingman_owner;
grant select on wingman.tenant_names to wingman_api, wingman_worker, wingman_gateway, wingman_reader;
create function wingman.remember_tenant() returns trigger language plpgsql as $$
begin
  insert into wingman.tenant_names values (new.tenant) on conflict do nothing;
  return new;
end $$;
create trigger remember_tenant after insert on wingman.tenants for each row execute function wingman.remember_tenant();

revoke all on all functions in schema wingman from public;
alter function wingman.find_key(text) owner to wingman_owner;
alter function wingman.list_keys(text) owner to wingman_owner;
alter function wingman.running_of_boot(text, text) owner to wingman_owner;
alter function wingman.project(text, text, jsonb, jsonb, bigint, timestamptz) owner to wingman_owner;
alter function wingman.claim_execution(text, jsonb, timestamptz) owner to wingman_owner;
alter function wingman.finish_execution(text, jsonb, jsonb, timestamptz) owner to wingman_owner;
alter function wingman.close_approval(text, jsonb, jsonb, timestamptz) owner to wingman_owner;
alter function wingman.refuse(text) owner to wingman_owner;
alter function wingman.remember_tenant() owner to wingman_owner;
grant execute on function wingman.find_key(text), wingman.list_keys(text) to wingman_api;
grant execute on function wingman.running_of_boot(text, text) to wingman_gateway;
