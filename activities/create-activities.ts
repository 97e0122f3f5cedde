/** The activities of the core worker, put together from what they need. */
import type { Pool } from 'pg';
import { canonicalJson } from '../domain/text/canonical-json';
import { toTenantId } from '../domain/ids';
import type { WorkerKeys } from '../security/keys/load';
import type { Ledger } from '../stores/ledger';
import type { CoreActivities, VoteActivities } from './approval-activities';
import { createApplyModelVote } from './apply-model-vote';
import { createAttendIncident } from './attend-incident';
import { createDrControl } from './dr-control';
import { createNextStage, createSettleStage } from './dr-stage';
import { createCloseRequest, createRecordDecision, readClosedRow } from './decide-request';
import { createIssueToken, createMintStep } from './mint-step';
import { createOpenRequest } from './open-request';
import { createOpenVerification } from './open-verification';
import { createProposeClaims } from './propose-claims';
import { createRecordVerdict } from './record-verdict';
import { createRemedyActivities, type RemedyActivities } from './settle-remedy';
import { createNoteNotStarted, createSettleStep } from './settle-step';
import { createSweepActivities } from './sweep';
import type { IncidentActivities, ModelClaimActivities, SweepActivities, TruthActivities } from './truth-activities';
import type { DrActivities } from '../workflows/dr-messages';
import type { ModelConfig } from './local-model';
import { createVoteByModel } from './vote-by-model';

export interface ActivityParts {
  readonly pool: Pool;
  readonly ledger: Ledger;
  readonly keys: WorkerKeys;
  readonly model: ModelConfig | null;
  readonly now: () => number;
  /** Where claims that name no host are looked at. */
  readonly defaultHost: string;
}

export type AllActivities = CoreActivities & VoteActivities & TruthActivities & ModelClaimActivities & SweepActivities & IncidentActivities & RemedyActivities & DrActivities;

/** Forged messages that name no tenant are recorded under this one, which no credential belongs to. */
const NO_TENANT = 'none';

export function createActivities({ pool, ledger, keys, model, now, defaultHost }: ActivityParts): AllActivities {
  const mintParts = { pool, now, mint: keys.mint, gatewaySeal: keys.gatewaySeal };
  const mintStep = createMintStep(mintParts);
  return {
    openRequest: createOpenRequest({ pool, ledger, now }),
    recordDecision: createRecordDecision({ pool, ledger, now, keyset: keys.keyset, mintStep }),
    closeRequest: createCloseRequest({ pool, ledger }),
    readClosed: ({ tenant, approval_id }) => readClosedRow(pool, toTenantId(tenant), approval_id),
    mintStep,
    issueToken: createIssueToken(mintParts),
    settleStep: createSettleStep({ pool, ledger }),
    noteNotStarted: createNoteNotStarted({ pool, ledger }),
    applyModelVote: createApplyModelVote({ pool, ledger, now }),
    openVerification: createOpenVerification({ pool, defaultHost }),
    recordVerdict: createRecordVerdict({ pool, ledger, now }),
    proposeClaims: createProposeClaims({ pool, model }),
    ...createSweepActivities({ pool }),
    ...createRemedyActivities({ pool, ledger }),
    nextStage: createNextStage({ pool, ledger, now, defaultHost }),
    settleStage: createSettleStage({ pool, ledger, now, defaultHost }),
    ...createDrControl({ pool, ledger, keyset: keys.keyset, now }),
    attendIncident: createAttendIncident({ pool, ledger }),
    voteByModel: createVoteByModel({ pool, model }),
    async recordForgery({ approval_id, tenant, what }) {
      await ledger.append({
        tenant: tenant ?? NO_TENANT,
        kind: 'refusal',
        body: canonicalJson({ approval_id, code: 'UNAUTHENTICATED', who: 'temporal signal', what: `decide signal with ${what}` }),
        idem: null,
        projection: {},
      });
    },
  };
}
