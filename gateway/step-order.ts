/** What arrives at the gateway, opened. Anybody may have sealed it: every member is hostile until it has proved itself. */
import { refusal } from '../domain/errors';
import { unseal } from '../security/tokens/seal';
import type { UnsealKey } from '../security/keys/unseal-key';

export interface OpenedOrder {
  readonly token: string;
  readonly approval_id: string;
  /** Index in the plan as the workflow asks; null when an agent named a command instead. */
  readonly step: number | null;
  readonly command: string | null;
  /** Who presented the token over HTTP, as the API authenticated them; null when Wingman runs the plan itself. */
  readonly presenter: { readonly tenant: string; readonly worker_id: string; readonly environment: string | null } | null;
  readonly proof: { readonly jwt: string; readonly htm: string; readonly htu: string } | null;
}

/** @throws WingmanError SEAL_INVALID */
export async function openOrder(keys: readonly UnsealKey[], sealed: unknown): Promise<OpenedOrder> {
  const text = await unseal(keys, sealed, { purpose: 'gateway-token' });
  let order: unknown;
  try {
    order = JSON.parse(text);
  } catch {
    throw refusal('SEAL_INVALID', 'the sealed order is not JSON');
  }
  if (typeof order !== 'object' || order === null) throw refusal('SEAL_INVALID', 'the sealed order is not an object');
  const { token, approval_id, step = null, command = null, presenter = null, proof = null } = order as Partial<Record<keyof OpenedOrder, unknown>>;
  if (typeof token !== 'string' || typeof approval_id !== 'string') throw refusal('SEAL_INVALID', 'the sealed order has no token or no approval');
  if (step !== null && !Number.isInteger(step)) throw refusal('SEAL_INVALID', 'the step of the sealed order is not a whole number');
  if (command !== null && typeof command !== 'string') throw refusal('SEAL_INVALID', 'the command of the sealed order is not a text');
  return {
    token,
    approval_id,
    step: step as number | null,
    command,
    presenter: presenterOf(presenter),
    proof: proofOf(proof),
  };
}

function presenterOf(value: unknown): OpenedOrder['presenter'] {
  if (value === null) return null;
  const { tenant, worker_id, environment = null } = value as { tenant?: unknown; worker_id?: unknown; environment?: unknown };
  if (typeof tenant !== 'string' || typeof worker_id !== 'string' || (environment !== null && typeof environment !== 'string')) {
    throw refusal('SEAL_INVALID', 'the presenter of the sealed order has the wrong form');
  }
  return { tenant, worker_id, environment };
}

function proofOf(value: unknown): OpenedOrder['proof'] {
  if (value === null) return null;
  const { jwt, htm, htu } = value as { jwt?: unknown; htm?: unknown; htu?: unknown };
  if (typeof jwt !== 'string' || typeof htm !== 'string' || typeof htu !== 'string') {
    throw refusal('SEAL_INVALID', 'the proof of the sealed order has the wrong form');
  }
  return { jwt, htm, htu };
}
