-- A ledger kind that comes after the gate brings its own function, so that adding one is adding a row of ledger_kinds and a function
-- beside its tables: `claim.verdict` is projected by wingman.project_claim_verdict(tenant, body, projection, seq, at). A kind without
-- one goes to the gate's (003), which raises for what it does not know: fail closed. `kind` was found in ledger_kinds before (002).
alter function wingman.project(text, text, jsonb, jsonb, bigint, timestamptz) rename to project_gate;

create function wingman.project(kind text, p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
declare
  projector text := 'wingman.project_' || replace(kind, '.', '_');
begin
  if to_regprocedure(projector || '(text,jsonb,jsonb,bigint,timestamptz)') is null then
    perform wingman.project_gate(kind, p_tenant, body, projection, seq, p_at);
  else
    execute format('select wingman.%I($1, $2, $3, $4, $5)', 'project_' || replace(kind, '.', '_')) using p_tenant, body, projection, seq, p_at;
  end if;
end $$;
alter function wingman.project(text, text, jsonb, jsonb, bigint, timestamptz) owner to wingman_owner;
revoke all on function wingman.project(text, text, jsonb, jsonb, bigint, timestamptz) from public;
