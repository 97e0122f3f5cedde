import { createSecretKey, randomBytes } from 'node:crypto';
import { ApplicationFailure, defaultPayloadConverter, type Payload } from '@temporalio/common';
import {
  decodeArrayFromPayloads,
  decodeOptionalFailureToOptionalError,
  encodeErrorToFailure,
  encodeToPayloads,
  loadDataConverter,
} from '@temporalio/common/lib/internal-non-workflow';
import { createDataConverter } from '../../temporal/data-converter';
import { createPayloadCodec, type PayloadCodecKeys } from '../../temporal/payload-codec';

const older = createSecretKey(randomBytes(32));
const newer = createSecretKey(randomBytes(32));
const oldKeys: PayloadCodecKeys = { currentKid: 'old', byKid: new Map([['old', older]]) };
const newKeys: PayloadCodecKeys = {
  currentKid: 'new',
  byKid: new Map([
    ['new', newer],
    ['old', older],
  ]),
};
const codec = createPayloadCodec(newKeys, 'refuse');
const forgiving = createPayloadCodec(newKeys, 'blank');

const plain = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const valueOf = (payload: Payload | undefined): unknown => defaultPayloadConverter.fromPayload(payload ?? {});
const textOf = (payload: Payload | undefined): string =>
  [payload?.data, ...Object.values(payload?.metadata ?? {})]
    .map((bytes) => Buffer.from(bytes ?? []).toString('latin1'))
    .join('\n');

async function encrypted(value: unknown, keys = newKeys): Promise<Payload> {
  const [payload] = await createPayloadCodec(keys, 'refuse').encode([plain(value)]);
  if (payload === undefined) throw new Error('nothing was encoded');
  return payload;
}

describe('the payload codec', () => {
  test.each<[string, unknown]>([
    ['an object', { command: 'docker stop web', steps: [1, 2] }],
    ['a text', 'grüße'],
    ['nothing', undefined],
    ['null', null],
    ['bytes', new Uint8Array([1, 2, 3])],
    ['an empty text', ''],
    ['a large text', 'x'.repeat(1_000_000)],
  ])('gives back %s as it was', async (_, value) => {
    const [decoded] = await codec.decode([await encrypted(value)]);
    expect(valueOf(decoded)).toEqual(value);
  });

  test('keeps the number and order of payloads, of none as well', async () => {
    const decoded = await codec.decode(await codec.encode([plain(1), plain(2), plain(3)]));
    expect(decoded.map(valueOf)).toEqual([1, 2, 3]);
    expect(await codec.decode(await codec.encode([]))).toEqual([]);
  });

  test('shows neither content nor form of what it encrypts', async () => {
    const text = textOf(await encrypted({ secret: 'canary' }));
    expect(text).not.toContain('canary');
    expect(text).not.toContain('json/plain');
    expect(text).toContain('binary/encrypted');
  });

  test('never encrypts alike twice', async () => {
    expect(textOf(await encrypted('x'))).not.toBe(textOf(await encrypted('x')));
  });

  test('reads what an older key encrypted, and encrypts with the current one', async () => {
    const [decoded] = await codec.decode([await encrypted('x', oldKeys)]);
    expect(valueOf(decoded)).toBe('x');
    expect(Buffer.from((await encrypted('x')).metadata?.['encryption-key-id'] ?? []).toString()).toBe('new');
  });

  const foreign: [string, (good: Payload) => Payload][] = [
    ['plain JSON', () => plain({ decision: 'APPROVE' })],
    ['nothing', () => ({})],
    [
      'plain JSON that claims to be encrypted',
      () => ({
        ...plain({}),
        metadata: { encoding: Buffer.from('binary/encrypted'), 'encryption-key-id': Buffer.from('new') },
      }),
    ],
    ['no data', (good) => ({ metadata: good.metadata ?? {} })],
    [
      'an altered byte',
      (good) => ({
        ...good,
        data: Buffer.from(good.data ?? []).map((byte, index) => (index === 20 ? byte ^ 1 : byte)),
      }),
    ],
    ['a cut tail', (good) => ({ ...good, data: Buffer.from(good.data ?? []).subarray(0, -1) })],
    [
      'the kid of another key',
      (good) => ({ ...good, metadata: { ...good.metadata, 'encryption-key-id': Buffer.from('old') } }),
    ],
  ];

  test.each(foreign)('refuses %s', async (_, alter) => {
    await expect(codec.decode([alter(await encrypted('x'))])).rejects.toThrow(/^a payload was refused/);
  });

  test.each(foreign)('for workflows puts a blank in the place of %s', async (_, alter) => {
    const [decoded] = await forgiving.decode([alter(await encrypted('x'))]);
    expect(valueOf(decoded)).toEqual({ refused: 'PAYLOAD_NOT_ENCRYPTED' });
  });

  test.each(['gone', '', 'constructor', 'new\n'])(
    'refuses the unknown key id "%s" in either way, so that nothing goes on without its history',
    async (kid) => {
      const good = await encrypted('x');
      const altered = { ...good, metadata: { ...good.metadata, 'encryption-key-id': Buffer.from(kid) } };
      await expect(codec.decode([altered])).rejects.toThrow('no codec key');
      await expect(forgiving.decode([altered])).rejects.toThrow('no codec key');
    },
  );

  test('is not made without its current key', () => {
    expect(() => createPayloadCodec({ currentKid: 'gone', byKid: newKeys.byKid }, 'refuse')).toThrow(TypeError);
  });

  test('refuses any single changed bit', async () => {
    const good = await encrypted('x');
    const data = Buffer.from(good.data ?? []);
    for (let bit = 0; bit < data.length * 8; bit += 1) {
      const altered = Buffer.from(data);
      altered[bit >> 3] = (data[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await expect(codec.decode([{ ...good, data: altered }])).rejects.toThrow('it was altered');
    }
  });
});

describe('the data converter', () => {
  const converter = loadDataConverter(createDataConverter(newKeys));

  test('encrypts arguments for the wire and reads them back', async () => {
    const payloads = await encodeToPayloads(converter, 'canary', { n: 1 });
    expect(payloads?.map(textOf).join()).not.toContain('canary');
    expect(await decodeArrayFromPayloads(converter, payloads)).toEqual(['canary', { n: 1 }]);
  });

  test('encrypts message, stack trace and details of failures and reads them back', async () => {
    const failure = await encodeErrorToFailure(
      converter,
      ApplicationFailure.nonRetryable('canary-message', 'POLICY_REFUSED', { reason: 'canary-detail' }),
    );
    expect(failure.message).toBe('Encoded failure');
    expect(failure.stackTrace).toBe('');
    expect(Buffer.from(JSON.stringify(failure)).toString()).not.toMatch(/canary/);
    const error = await decodeOptionalFailureToOptionalError(converter, failure);
    expect(error).toMatchObject({
      message: 'canary-message',
      type: 'POLICY_REFUSED',
      details: [{ reason: 'canary-detail' }],
    });
  });

  test('refuses plain payloads unless it is told that it serves workflows', async () => {
    await expect(decodeArrayFromPayloads(converter, [plain('x')])).rejects.toThrow('it is not encrypted');
    const forWorkflows = loadDataConverter(createDataConverter(newKeys, 'blank'));
    expect(await decodeArrayFromPayloads(forWorkflows, [plain('x')])).toEqual([{ refused: 'PAYLOAD_NOT_ENCRYPTED' }]);
  });
});
