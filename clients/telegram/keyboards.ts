/** The buttons: what they say to people, and what they say to the bot under a MAC. */
import { toApprovalId } from '../../domain/ids';
import { encodeCallback, type CallbackVerb } from '../../security/tokens/callback-data';
import type { Button } from './telegram-calls';

export type Keyboards = ReturnType<typeof createKeyboards>;

export function createKeyboards(key: Buffer) {
  const button = (text: string, verb: CallbackVerb, id: string): Button => ({ text, data: encodeCallback({ verb, approvalId: toApprovalId(id) }, key) });
  return {
    card: (id: string): readonly (readonly Button[])[] => [[button('Approve', 'approve', id), button('Reject', 'reject', id)], [button('Show', 'show', id)]],
    /** The second tap that a HIGH request needs. */
    sure: (id: string): readonly (readonly Button[])[] => [[button('Approve HIGH: sure', 'confirm', id)], [button('Back', 'back', id)]],
    reason: (id: string): readonly (readonly Button[])[] => [[button('Skip', 'skip', id), button('Back', 'back', id)]],
  };
}
