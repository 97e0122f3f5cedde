/** What operators do, and what the Telegram bot does for reviewers. */
import type { ExplainedShape, KeyShape, LockShape, NewKey, NewRequest, PolicyShape, ReviewerShape } from './shapes';
import { at, type Transport } from './transport';

export function operationCalls({ get, post }: Transport) {
  return {
    keys: () => get<{ keys: readonly KeyShape[] }>('/keys'),
    /** `key` is in this answer and nowhere else. */
    createKey: (body: NewKey) => post<{ key_id: string; key: string }>('/keys', body),
    revokeKey: (id: string) => post<{ key_id: string }>(at('/keys/:id/revoke', id)),
    revokeSigningKey: (kid: string) => post<{ kid: string }>('/signing-keys/revoke', { kid }),

    reviewers: () => get<{ reviewers: readonly ReviewerShape[] }>('/reviewers'),
    addReviewer: (reviewer: string, may_decide: boolean) => post<{ reviewer: string }>('/reviewers', { reviewer, may_decide }),
    disableReviewer: (id: string) => post<{ reviewer: string }>(at('/reviewers/:id/disable', id)),
    linkCode: (id: string) => post<{ reviewer: string; code: string; expires_in_seconds: number }>(at('/reviewers/:id/link-code', id)),
    linkTelegram: (body: { code: string; telegram_user: number; telegram_chat: number }) => post<{ reviewer: string }>('/telegram/link', body),
    recordTelegramRefusal: (body: { telegram_user?: number; telegram_chat?: number; what: string; code: string }) => post<{ recorded: true }>('/telegram/refusals', body),

    policy: () => get<PolicyShape>('/policy'),
    /** What the signature of the next one has to name. */
    newestPolicy: () => get<{ tenant: string; version: number }>('/policy/newest'),
    /** @param signature by the operator’s key, which no server has (`wingman policy apply`) */
    applyPolicy: (policy: string, signature: string) => post<{ version: number; hash: string }>('/policy', { policy, signature }),
    explain: (request: Omit<NewRequest, 'execute'>) => post<ExplainedShape>('/policy/explain', request),

    locks: () => get<{ locks: readonly LockShape[] }>('/locks'),
    lock: (environment: string, reason: string) => post<{ environment: string }>('/locks', { environment, reason }),
    unlock: (environment: string) => post<{ environment: string }>('/locks/release', { environment }),
    quarantine: (worker_id: string, reason: string) => post<{ worker_id: string }>('/quarantine', { worker_id, reason }),
    release: (worker_id: string, reason: string) => post<{ worker_id: string }>(at('/watcher/release/:id', worker_id), { reason }),
  };
}
