-- Who may append a row of a policy is not who may decide what it says: each carries the operator's signature, which the processes
-- that act on it check (stores/policy-trust.ts). It is in the row's body, so the ledger proves it too. Policies from before this have none.
alter table wingman.policies add column signature text;

-- A number far ahead would leave none for the operator.
create function wingman.project_policy_applied(p_tenant text, body jsonb, projection jsonb, seq bigint, p_at timestamptz) returns void
language plpgsql as $$
begin
  if (body ->> 'version')::int > 1000 + coalesce((select max(version) from wingman.policies where tenant = p_tenant), 0) then
    perform wingman.refuse('POLICY_SIGNATURE_INVALID');
  end if;
  insert into wingman.policies (tenant, version, hash, source, policy, applied_by, applied_at, signature)
  values (p_tenant, (body ->> 'version')::int, body ->> 'hash', projection ->> 'source', projection -> 'policy', body ->> 'applied_by', p_at, body ->> 'signature');
end $$;
alter function wingman.project_policy_applied(text, jsonb, jsonb, bigint, timestamptz) owner to wingman_owner;
revoke all on function wingman.project_policy_applied(text, jsonb, jsonb, bigint, timestamptz) from public;
