import { createHash } from 'node:crypto';
import { GENESIS_HASH, ledgerPreimage, toLedgerRow, type LedgerRow } from '../../../domain/ledger/entry';
import { ledgerHash } from '../../../security/ledger/hash';

const row: LedgerRow = {
  seq: 1, tenant: 'default', kind: 'tenant.created', body: '{"name":"default"}', at: '2026-11-23T10:00:00.000001Z', prev_hash: GENESIS_HASH,
  hash: 'b8d5bf3ec1c9dd0ac9ad4c1e5c6be4bb1ad8e4dd6a9cd4b9a1a9d1ab6bd2a3f0',
};

describe('the text that a ledger row’s hash is made of', () => {
  it('is seven lines in a fixed order, as docs/ledger.md has them', () => {
    expect(ledgerPreimage(row, 'ab'.repeat(32)).split('\n')).toEqual([
      'wingman-ledger-v1', '1', 'default', 'tenant.created', '2026-11-23T10:00:00.000001Z', '0'.repeat(64), 'ab'.repeat(32),
    ]);
  });

  it('is hashed as a shell one-liner would', () => {
    const body = createHash('sha256').update(row.body).digest('hex');
    const text = ['wingman-ledger-v1', '1', 'default', 'tenant.created', row.at, GENESIS_HASH, body].join('\n');
    expect(ledgerHash(row)).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it.each([
    ['seq', 2], ['tenant', 'other'], ['kind', 'claim'], ['at', '2026-11-23T10:00:00.000002Z'], ['prev_hash', '1'.repeat(64)], ['body', '{"name":"other"}'],
  ] as const)('is another text when the row has another %s', (member, value) => {
    expect(ledgerHash({ ...row, [member]: value })).not.toBe(ledgerHash(row));
  });
});

describe('a row that somebody gave us', () => {
  it('is taken when it has the members of one', () => {
    expect(toLedgerRow(row)).toBe(row);
  });

  it.each<readonly [string, unknown]>([
    ['nothing', undefined], ['null', null], ['a text', 'row'], ['a list', []], ['no members', {}],
    ...(['seq', 'tenant', 'kind', 'body', 'at', 'prev_hash', 'hash'] as const).flatMap((member) => [
      [`no ${member}`, { ...row, [member]: undefined }] as const,
      [`a ${member} of another type`, { ...row, [member]: [row[member]] }] as const,
    ]),
    ['half a number', { ...row, seq: 1.5 }], ['a number that cannot be exact', { ...row, seq: 2 ** 53 }],
  ])('is none when it is %s', (_what, value) => {
    expect(toLedgerRow(value)).toBeNull();
  });
});
