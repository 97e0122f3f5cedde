-- How many requests an agent has open is asked before each new one: by its own rows, not by those of the whole tenant.
-- As wide as approvals_pending, so that it is never the cheaper one for a tenant's list: that would be read whole and sorted.
create index approvals_open_of_agent on wingman.approvals (worker_id, tenant, created_at, request_id) where status = 'PENDING';
