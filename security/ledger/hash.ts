/** What a ledger row's hash must be. One-shot hash() takes half as long as createHash, and verification is bound by it. */
import { hash } from 'node:crypto';
import { ledgerPreimage, type LedgerEntryForm } from '../../domain/ledger/entry';

export function ledgerHash(row: LedgerEntryForm & { readonly body: string }): string {
  return ledgerHashOver(row, bodyHash(row.body));
}

export const bodyHash = (body: string): string => hash('sha256', body, 'hex');

/** For trying several forms of a row without hashing a long body again. */
export function ledgerHashOver(row: LedgerEntryForm, body: string): string {
  return hash('sha256', ledgerPreimage(row, body), 'hex');
}
