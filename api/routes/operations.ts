/** What operators do: keys, reviewers, policy, locks, quarantine. Every change is a ledger row. */
import { explainBody, keyBody, lockBody, policyBody, quarantineBody, reviewerBody, revokeSigningKeyBody, telegramLinkBody, telegramRefusalBody, unlockBody } from '../../contracts/wire';
import { parsePolicyFile } from '../../contracts/policy-file';
import { assessRequest } from '../../domain/approval/assessment';
import { canonicalJson, type Json } from '../../domain/text/canonical-json';
import { refusal, WingmanError } from '../../domain/errors';
import { toEnvironment, toReviewerId, toWorkerId } from '../../domain/ids';
import { redact } from '../../domain/secrets/redact';
import { explainOutcome } from '../../domain/policy/explain';
import { createApiKey } from '../../security/tokens/api-key';
import { sha256Hex } from '../../security/digest';
import { createLinkCode, hashLinkCode } from '../../security/tokens/link-code';
import { policyDigests, verifyPolicySignature } from '../../security/tokens/policy-signature';
import { readAgentClaims } from '../../stores/agent-records';
import { applyPolicy } from '../../stores/apply-policy';
import { listKeys } from '../../stores/api-keys';
import { readInventory } from '../../stores/inventories';
import { readLocks } from '../../stores/locks';
import { readNewestPolicyVersion, readPolicy } from '../../stores/policies';
import { listReviewers, readLinkCode, readReviewer } from '../../stores/reviewers';
import { requireSay } from '../identity/speak-for';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../http/endpoint';

export function operationRoutes({ pool, ledger, keyset, now }: Pick<ApiContext, 'pool' | 'ledger' | 'keyset' | 'now'>): readonly Endpoint[] {
  const append = (tenant: string, kind: string, body: { readonly [key: string]: Json }, projection: Json = {}, idem: string | null = null) =>
    ledger.append({ tenant, kind, body: canonicalJson(body), projection, idem });

  return [
    endpoint({
      method: 'get', path: '/keys', tag: 'operations', who: ['operator'], summary: 'Keys, without their secrets', answers: 'keys',
      handle: async ({ principal }) => ({ body: { keys: await listKeys(pool, principal.tenant) } }),
    }),
    endpoint({
      method: 'post', path: '/keys', tag: 'operations', who: ['operator'], summary: 'Makes a key; the secret is shown this once', body: keyBody, answers: 'key_id, key',
      async handle({ principal, body }) {
        if (body.kind === 'agent' && ((body.worker_ids ?? []).length + (body.worker_prefixes ?? []).length === 0 || (body.environments ?? []).length === 0)) {
          throw refusal('MISSING_FIELD', 'an agent key needs worker_ids (or worker_prefixes) and environments', { field: 'worker_ids' });
        }
        if (body.kind !== 'agent' && body.subject === undefined) throw refusal('MISSING_FIELD', 'this kind of key needs a subject', { field: 'subject' });
        for (const id of body.worker_ids ?? []) toWorkerId(id);
        for (const environment of body.environments ?? []) toEnvironment(environment);
        if (body.kind === 'reviewer' && (await readReviewer(pool, principal.tenant, body.subject ?? '')) === null) {
          throw refusal('NOT_FOUND', `${body.subject ?? ''} is no reviewer yet; add them first (\`wingman reviewers add\`)`);
        }
        const key = createApiKey(body.kind);
        await append(
          principal.tenant, 'key.created',
          {
            key_id: key.keyId, kind: body.kind, subject: body.subject ?? null, worker_ids: body.worker_ids ?? [], worker_prefixes: body.worker_prefixes ?? [],
            environments: body.environments ?? [], owner: body.owner ?? null, by: principal.name,
          },
          { key_hash: key.hash },
        );
        return { body: { key_id: key.keyId, key: key.key } };
      },
    }),
    endpoint({
      method: 'post', path: '/keys/:id/revoke', tag: 'operations', who: ['operator'], summary: 'Revokes a key at once', answers: 'key_id',
      async handle({ principal, params }) {
        const key_id = params['id'] ?? '';
        await append(principal.tenant, 'key.revoked', { key_id: key_id.slice(0, 64), by: principal.name });
        return { body: { key_id, revoked: true } };
      },
    }),
    endpoint({
      method: 'post', path: '/signing-keys/revoke', tag: 'operations', who: ['operator'], summary: 'Stops a signing key at once, with every token and decision that it signed', body: revokeSigningKeyBody, answers: 'kid',
      async handle({ principal, body }) {
        await append(principal.tenant, 'signing_key.revoked', { kid: body.kid, by: principal.name });
        return { body: { kid: body.kid, revoked: true } };
      },
    }),
    endpoint({
      method: 'get', path: '/reviewers', tag: 'operations', who: ['operator', 'reviewer'], summary: 'People who may read or decide', answers: 'reviewers',
      handle: async ({ principal }) => ({ body: { reviewers: await listReviewers(pool, principal.tenant) } }),
    }),
    endpoint({
      method: 'post', path: '/reviewers', tag: 'operations', who: ['operator'], summary: 'Adds a reviewer, or lets one in again', body: reviewerBody, answers: 'reviewer',
      async handle({ principal, body }) {
        const reviewer = toReviewerId(body.reviewer);
        await append(principal.tenant, 'reviewer.added', { reviewer, may_decide: body.may_decide ?? true, by: principal.name });
        return { body: { reviewer, may_decide: body.may_decide ?? true } };
      },
    }),
    endpoint({
      method: 'post', path: '/reviewers/:id/disable', tag: 'operations', who: ['operator'], summary: 'Takes a reviewer’s rights at once', answers: 'reviewer',
      async handle({ principal, params }) {
        const reviewer = toReviewerId(params['id']);
        await append(principal.tenant, 'reviewer.disabled', { reviewer, by: principal.name });
        return { body: { reviewer, disabled: true } };
      },
    }),
    endpoint({
      method: 'post', path: '/reviewers/:id/link-code', tag: 'operations', who: ['operator'], summary: 'A one-time code, good for ten minutes, that the reviewer sends to the Telegram bot as /link CODE', answers: 'code',
      async handle({ principal, params }) {
        const reviewer = toReviewerId(params['id']);
        if ((await readReviewer(pool, principal.tenant, reviewer)) === null) throw refusal('NOT_FOUND', `${reviewer} is no reviewer`);
        const { code, hash } = createLinkCode();
        await append(principal.tenant, 'reviewer.link_code', { reviewer, by: principal.name }, { code_hash: hash });
        return { body: { reviewer, code, expires_in_seconds: 600 } };
      },
    }),
    endpoint({
      method: 'post', path: '/telegram/link', tag: 'operations', who: ['delegate'], summary: 'The bot: links a Telegram user to the reviewer whom the code was made for', body: telegramLinkBody, answers: 'reviewer',
      async handle({ principal, body }) {
        const code_hash = hashLinkCode(body.code);
        const reviewer = await readLinkCode(pool, principal.tenant, code_hash);
        if (reviewer === null) throw refusal('LINK_CODE_INVALID', 'this code is not valid, was used, or has expired; make a new one with `wingman reviewers link`');
        await append(principal.tenant, 'reviewer.linked', { reviewer, telegram_user: body.telegram_user, telegram_chat: body.telegram_chat }, { code_hash });
        return { body: { reviewer } };
      },
    }),
    endpoint({
      method: 'post', path: '/telegram/refusals', tag: 'operations', who: ['delegate'], summary: 'The bot: records what it refused', body: telegramRefusalBody, answers: 'recorded',
      async handle({ principal, body }) {
        await append(principal.tenant, 'refusal', {
          code: body.code, what: redact(body.what), who: `telegram:${String(body.telegram_user ?? 'unknown')}`, chat: String(body.telegram_chat ?? 'unknown'),
        });
        return { body: { recorded: true } };
      },
    }),
    endpoint({
      method: 'get', path: '/policy', tag: 'operations', who: ['operator', 'reviewer'], summary: 'The policy in force', answers: 'version, hash, policy (YAML)',
      async handle({ principal }) {
        const row = await readPolicy(pool, principal.tenant);
        if (row === null) throw new WingmanError('CONFIG_MISSING', 'no policy is applied for this tenant; run `wingman policy apply`');
        return { body: { version: row.version, hash: row.hash, policy: row.source, applied_by: row.applied_by, applied_at: row.applied_at.toISOString() } };
      },
    }),
    endpoint({
      method: 'get', path: '/policy/newest', tag: 'operations', who: ['operator'], summary: 'What a signature of the next policy has to name', answers: 'tenant, version (the newest, in force or not; 0: none)',
      handle: async ({ principal }) => ({ body: { tenant: principal.tenant, version: await readNewestPolicyVersion(pool, principal.tenant) } }),
    }),
    endpoint({
      method: 'post', path: '/policy', tag: 'operations', who: ['operator'], summary: 'Applies a policy (YAML) that the operator’s key has signed', body: policyBody, answers: 'version, hash',
      async handle({ principal, body }) {
        const policy = parsePolicyFile(body.policy);
        // What this process writes is checked again by those who act on it: here it only saves the operator a row that counts for nothing.
        const { version } = verifyPolicySignature(body.signature, keyset, now() / 1000, { tenant: principal.tenant, ...policyDigests(body.policy, policy) });
        const newest = await readNewestPolicyVersion(pool, principal.tenant);
        if (version <= newest) throw refusal('POLICY_SIGNATURE_INVALID', `version ${String(newest)} is in force: the next one needs a higher number`, { claim: 'version' });
        return { body: await applyPolicy(ledger, { tenant: principal.tenant, version, source: body.policy, policy, applied_by: principal.name, signature: body.signature ?? '' }) };
      },
    }),
    endpoint({
      method: 'post', path: '/policy/explain', tag: 'operations', who: ['agent', 'operator', 'reviewer'], summary: 'What a request would get, and why, without making one', body: explainBody, answers: 'status, explanation, card',
      async handle({ principal, body }) {
        const row = await readPolicy(pool, principal.tenant);
        if (row === null) throw new WingmanError('CONFIG_MISSING', 'no policy is applied for this tenant; run `wingman policy apply`');
        const environment = toEnvironment(body.deployment_env ?? (principal.kind === 'agent' ? principal.environments[0] : Object.keys(row.policy.environments)[0]));
        const assessment = assessRequest({
          tenant: principal.tenant, environment, worker_id: toWorkerId(body.worker_id), task_name: body.task_name, instruction: body.instruction,
          commands: body.commands ?? null, ordered: body.ordered ?? false, policy: row.policy, inventory: await readInventory(pool, environment),
          agent_record: await readAgentClaims(pool, principal.tenant, body.worker_id), now: now(), sha256: sha256Hex,
        });
        return { body: { status: assessment.status, risk_level: assessment.risk_level, plan_hash: assessment.plan_hash, reasons: assessment.reasons, explanation: explainOutcome(assessment.outcome), card: assessment.card } };
      },
    }),
    endpoint({
      method: 'get', path: '/locks', tag: 'operations', who: ['operator', 'reviewer', 'delegate'], summary: 'Locks in force', answers: 'locks',
      handle: async ({ principal }) => ({ body: { locks: await readLocks(pool, principal.tenant) } }),
    }),
    endpoint({
      method: 'post', path: '/locks', tag: 'operations', who: ['operator', 'reviewer'], summary: 'Stops all execution of an environment, or of the tenant with `*`, at once', body: lockBody, answers: 'environment',
      async handle({ principal, body }) {
        const locked_by = requireSay(principal);
        await append(principal.tenant, 'lock.set', { environment: body.environment, reason: redact(body.reason), locked_by });
        return { body: { environment: body.environment, locked: true } };
      },
    }),
    endpoint({
      method: 'post', path: '/locks/release', tag: 'operations', who: ['operator'], summary: 'Lets execution go on', body: unlockBody, answers: 'environment',
      async handle({ principal, body }) {
        await append(principal.tenant, 'lock.released', { environment: body.environment, by: principal.name });
        return { body: { environment: body.environment, locked: false } };
      },
    }),
    endpoint({
      method: 'post', path: '/quarantine', tag: 'operations', who: ['operator', 'reviewer'], summary: 'Refuses an agent’s requests, tokens and starts until a person releases it', body: quarantineBody, answers: 'worker_id',
      async handle({ principal, body }) {
        const by = requireSay(principal);
        await append(principal.tenant, 'quarantine.set', { worker_id: toWorkerId(body.worker_id), reason: redact(body.reason), by });
        return { body: { worker_id: body.worker_id, quarantined: true } };
      },
    }),
  ];
}
