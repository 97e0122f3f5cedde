-- How many requests an agent has open is asked before each new one: by its own rows, not by those of the whole tenant.
create index approvals_open_of_agent on wingman.approvals (tenant, worker_id) where status = 'PENDING';
