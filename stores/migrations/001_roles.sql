-- Roles are the cluster's, so another database of the same cluster may have made them already.
do $$
declare r text;
begin
  foreach r in array array['wingman_owner', 'wingman_api', 'wingman_worker', 'wingman_gateway', 'wingman_reader'] loop
    if not exists (select from pg_roles where rolname = r) then
      begin
        execute format('create role %I %s', r, case r when 'wingman_owner' then 'nologin' else 'login' end);
      exception when duplicate_object or unique_violation then
        -- Made just now for another database: a lock would not help, since locks are a database's.
        null;
      end;
    end if;
  end loop;
end $$;

create schema if not exists wingman;
alter schema wingman owner to wingman_owner;
revoke all on schema wingman from public;
grant usage on schema wingman to wingman_api, wingman_worker, wingman_gateway, wingman_reader;
-- Not `in schema wingman`: what PUBLIC may do by default can only be taken away for the whole database.
alter default privileges revoke execute on functions from public;
