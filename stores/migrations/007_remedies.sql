-- What was asked for to put incidents right, and what came of it.
create table wingman.remedies (
  tenant text not null,
  incident_id uuid not null,
  -- The first is proposed when the incident opens; every other one because a person asked.
  attempt int not null check (attempt between 1 and 1000),
  name text not null,
  environment text not null,
  approval_id uuid not null,
  asked_by text not null,
  proposed_at timestamptz not null,
  outcome text check (outcome in ('SATISFIED', 'NOT_SATISFIED', 'NOT_EXECUTED')),
  reason text,
  ended_at timestamptz,
  primary key (incident_id, attempt)
);
create index remedies_under_way on wingman.remedies (tenant) where outcome is null;
alter table wingman.remedies owner to wingman_owner;
alter table wingman.remedies enable row level security;
alter table wingman.remedies force row level security;
create policy own_tenant on wingman.remedies using (tenant = current_setting('wingman.tenant', true));
grant select on wingman.remedies to wingman_api, wingman_worker, wingman_reader;

-- One after the other: while one is under way there is no next.
create function wingman.project_incident_remedy(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
declare
  id uuid := (body ->> 'incident_id')::uuid;
begin
  if not exists (select from wingman.incidents i where i.incident_id = id and i.tenant = p_tenant and i.state <> 'RESOLVED')
    or exists (select from wingman.remedies r where r.incident_id = id and r.outcome is null)
    or (body ->> 'attempt')::int <> (select count(*) + 1 from wingman.remedies r where r.incident_id = id) then
    perform wingman.refuse('INCIDENT_STATE');
  end if;
  insert into wingman.remedies (tenant, incident_id, attempt, name, environment, approval_id, asked_by, proposed_at)
  values (p_tenant, id, (body ->> 'attempt')::int, body ->> 'name', body ->> 'environment', (body ->> 'approval_id')::uuid, body ->> 'asked_by', p_at);
end $$;
create function wingman.project_incident_remedied(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
begin
  update wingman.remedies set outcome = body ->> 'outcome', reason = body ->> 'reason', ended_at = p_at
  where incident_id = (body ->> 'incident_id')::uuid and attempt = (body ->> 'attempt')::int and tenant = p_tenant and outcome is null;
  if not found then perform wingman.refuse('INCIDENT_STATE'); end if;
end $$;

insert into wingman.ledger_kinds (kind, role) values ('incident.remedy', 'wingman_api'), ('incident.remedied', 'wingman_worker');
do $$
declare f text;
begin
  foreach f in array array['incident_remedy', 'incident_remedied'] loop
    execute format('alter function wingman.%I(text, jsonb, jsonb, bigint, timestamptz) owner to wingman_owner', 'project_' || f);
    execute format('revoke all on function wingman.%I(text, jsonb, jsonb, bigint, timestamptz) from public', 'project_' || f);
  end loop;
end $$;
