/** Shapes of what comes in over HTTP. Strict: a member that is not listed here is refused, never ignored. */
import { z } from 'zod';

const workerId = z.string().min(1).max(128);
const environment = z.string().min(1).max(32);
const uuid = z.uuid();

export const checkBody = z.strictObject({ instruction: z.string().max(262_144).meta({ description: 'The whole instruction, with its ten sections' }) }).meta({ id: 'Check' });

export const requestBody = z
  .strictObject({
    worker_id: workerId.meta({ description: 'The agent; must be one that the key was issued for', example: 'agent-1' }),
    task_name: z.string().min(1).max(256),
    instruction: z.string().max(262_144),
    deployment_env: environment.optional().meta({ description: 'A registered environment; the first of the key when absent', example: 'dev' }),
    commands: z.array(z.string().max(4096)).max(100).optional().meta({ description: 'The plan, one command a string, such as `docker restart web`' }),
    execute: z.boolean().optional().meta({ description: 'Run the plan as soon as it is approved' }),
    ordered: z.boolean().optional().meta({ description: 'Each step needs the success of the one before it' }),
    callback_url: z.string().min(1).max(2048).optional().meta({ description: 'The URL of a registered webhook endpoint, exactly; the decision is told there' }),
  })
  .meta({ id: 'ApprovalRequest' });

export const decideBody = z
  .strictObject({
    decided_by: z.string().max(64).optional().meta({ description: 'Checked against the credential, never believed' }),
    note: z.string().max(2000).optional(),
    plan_hash: z.string().regex(/^[0-9a-f]{64}$/).optional().meta({ description: 'What the reviewer was shown; refused when the request has another' }),
  })
  .meta({ id: 'Decide' });

export const cancelBody = z.strictObject({ note: z.string().max(2000).optional() }).meta({ id: 'Cancel' });
export const executeBody = z.strictObject({}).meta({ id: 'Execute' });

export const tokenBody = z
  .strictObject({ approval_id: uuid, command: z.string().min(1).max(4096), environment: environment.optional(), dpop_jkt: z.string().regex(/^[A-Za-z0-9_-]{43}$/).optional() })
  .meta({ id: 'TokenRequest' });
export const gatewayExecuteBody = z
  .strictObject({ command: z.string().min(1).max(4096), approval_id: uuid, environment: environment.optional() })
  .meta({ id: 'GatewayExecute' });

const host = z.string().min(1).max(63);
const typedClaims = z.array(z.unknown()).min(1).max(32).optional().meta({ description: 'The claim in typed parts; then the text is not parsed' });
const claimText = 'In English, such as `I restarted the container web and /srv/report.json exists`';

export const claimBody = z
  .strictObject({
    worker_id: workerId,
    claim: z.string().min(1).max(8192).meta({ description: claimText }),
    execution_id: uuid.optional().meta({ description: 'The run that it is about; must be the agent’s own' }),
    approval_id: uuid.optional().meta({ description: 'The request that it is about; must be the agent’s own' }),
    host: host.optional().meta({ description: 'Where it can be seen; its prober looks' }),
    deployment_env: environment.optional(),
    claims: typedClaims,
  })
  .meta({ id: 'Claim' });
export const verifyBody = z
  .strictObject({
    claim: z.string().max(262_144).optional().meta({ description: claimText }),
    claim_id: uuid.optional().meta({ description: 'A logged claim, to be verified now or once more' }),
    use_enhanced: z.boolean().optional().meta({ description: 'Let a local model take the sentence apart; the same probes decide' }),
    host: host.optional(),
    deployment_env: environment.optional(),
    claims: typedClaims,
  })
  .refine((body) => (body.claim === undefined) !== (body.claim_id === undefined), { path: ['claim'], error: 'send either claim or claim_id' })
  .meta({ id: 'Verify' });
export const acknowledgeBody = z.strictObject({ note: z.string().max(2000).optional() }).meta({ id: 'AcknowledgeIncident' });
export const resolveIncidentBody = z.strictObject({ resolution: z.string().min(1).max(2000) }).meta({ id: 'ResolveIncident' });

export const drStartBody = z
  .strictObject({
    worker_id: workerId,
    deployment_env: environment.optional(),
    plan: z.union([z.string().min(1).max(262_144), z.looseObject({})]).meta({ description: 'The plan file as text (YAML), or the same as JSON; docs/dr-plan.schema.json' }),
    drill: z.boolean().optional().meta({ description: 'Every gate and every look, and nothing is executed' }),
  })
  .meta({ id: 'StartRecovery' });
export const drControlBody = z.strictObject({ note: z.string().max(2000).optional() }).meta({ id: 'ControlRecovery' });

export const limitQuery = z.coerce.number().int().min(1).max(500);

export const explainBody = requestBody.omit({ callback_url: true, execute: true }).meta({ id: 'PolicyExplain' });
export const policyBody = z.strictObject({ policy: z.string().min(1).max(262_144), signature: z.string().max(2_048).optional() }).meta({ id: 'PolicyApply' });
export const lockBody = z.strictObject({ environment: z.string().regex(/^(?:\*|[a-z0-9-]{1,32})$/), reason: z.string().min(1).max(500) }).meta({ id: 'Lock' });
export const unlockBody = z.strictObject({ environment: z.string().regex(/^(?:\*|[a-z0-9-]{1,32})$/) }).meta({ id: 'Unlock' });
export const quarantineBody = z.strictObject({ worker_id: workerId, reason: z.string().min(1).max(500) }).meta({ id: 'Quarantine' });
export const releaseBody = z.strictObject({ reason: z.string().min(1).max(500) }).meta({ id: 'Release' });
export const resolveBody = z
  .strictObject({ outcome: z.enum(['HAPPENED', 'DID_NOT_HAPPEN', 'PARTLY']), note: z.string().min(1).max(2000) })
  .meta({ id: 'ResolveExecution' });
export const keyBody = z
  .strictObject({
    kind: z.enum(['agent', 'reviewer', 'operator', 'delegate']),
    subject: z.string().regex(/^[A-Za-z0-9._@-]{1,64}$/).optional(),
    worker_ids: z.array(workerId).max(50).optional(),
    worker_prefixes: z.array(z.string().min(2).max(64)).max(20).optional(),
    environments: z.array(environment).max(20).optional(),
    owner: z.string().regex(/^[A-Za-z0-9._@-]{1,64}$/).optional(),
  })
  .meta({ id: 'CreateKey' });
export const reviewerBody = z
  .strictObject({ reviewer: z.string().regex(/^[A-Za-z0-9._@-]{1,64}$/), may_decide: z.boolean().optional() })
  .meta({ id: 'AddReviewer' });
export const telegramLinkBody = z
  .strictObject({ code: z.string().max(64), telegram_user: z.number().int().positive().max(Number.MAX_SAFE_INTEGER), telegram_chat: z.number().int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER) })
  .meta({ id: 'TelegramLink' });
export const telegramRefusalBody = z
  .strictObject({ telegram_user: z.number().optional(), telegram_chat: z.number().optional(), what: z.string().max(200), code: z.string().max(64) })
  .meta({ id: 'TelegramRefusal' });
export const webhookBody = z
  .strictObject({
    url: z.string().min(1).max(2048).meta({ description: 'https; exactly what a request has to name as its callback_url', example: 'https://hooks.example.com/wingman' }),
    events: z.array(z.string().min(1).max(40)).max(50).optional().meta({ description: 'Kinds of the feed, or beginnings such as `incident.*`; an empty list: only callbacks' }),
    private: z.boolean().optional().meta({ description: 'Allows private addresses for this endpoint, and plain http to them' }),
  })
  .meta({ id: 'AddWebhook' });
export const rotateWebhookBody = z.strictObject({ grace_seconds: z.number().int().min(0).max(604_800).optional().meta({ description: 'How long the old secret signs beside the new one; a day when absent' }) }).meta({ id: 'RotateWebhook' });
const seq = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
export const replayWebhookBody = z
  .strictObject({ delivery_id: z.string().regex(/^msg_[0-9a-f]{32}$/).optional(), from_seq: seq.optional(), to_seq: seq.optional() })
  .refine((body) => (body.delivery_id === undefined) === (body.from_seq !== undefined && body.to_seq !== undefined) && (body.from_seq === undefined) === (body.to_seq === undefined), { path: ['delivery_id'], error: 'send either delivery_id, or from_seq and to_seq' })
  .refine((body) => body.from_seq === undefined || body.to_seq === undefined || body.from_seq <= body.to_seq, { path: ['to_seq'], error: 'to_seq comes before from_seq' })
  .meta({ id: 'ReplayWebhook' });
export const revokeSigningKeyBody = z.strictObject({ kid: z.string().min(1).max(128) }).meta({ id: 'RevokeSigningKey' });

export type CheckBody = z.infer<typeof checkBody>;
export type RequestBody = z.infer<typeof requestBody>;
export type DecideBody = z.infer<typeof decideBody>;
export type DrStartBody = z.infer<typeof drStartBody>;
export type KeyBody = z.infer<typeof keyBody>;
export type ExplainBody = z.infer<typeof explainBody>;
