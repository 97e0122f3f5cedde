import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { parseCheckpoint, signCheckpoint, splitCheckpoints, toVerifierKey, verifyCheckpoint } from '../../../security/ledger/checkpoint';
import { codeOf } from '../test-keys';

const origin = 'wingman/ledger';
const root = Buffer.alloc(32, 7).toString('base64');
const keys = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const note = signCheckpoint({ origin, size: 12, root }, keys);

describe('a signed checkpoint', () => {
  it('is a C2SP note: origin, size, root, a blank line, and a signature that names its key', () => {
    const [text, signature] = note.split('\n\n');
    expect(text).toBe(`wingman/ledger\n12\n${root}`);
    const match = /^— wingman\/ledger ([A-Za-z0-9+/=]+)\n$/.exec(signature ?? '');
    const bytes = Buffer.from(match?.[1] ?? '', 'base64');
    expect(bytes).toHaveLength(68);
    const [, hash] = toVerifierKey(origin, keys.publicKey).split('+');
    expect(bytes.subarray(0, 4).toString('hex')).toBe(hash);
    expect(verify(null, Buffer.from(`${text ?? ''}\n`), keys.publicKey, bytes.subarray(4))).toBe(true);
  });

  it('names its key as other implementations of signed notes do', () => {
    // The example key of Go's golang.org/x/mod/sumdb/note.
    const known = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
    const x = Buffer.from(known.split('+').slice(2).join('+'), 'base64').subarray(1).toString('base64url');
    expect(toVerifierKey('PeterNeumann', createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }))).toBe(known);
  });

  it('is believed when one of the keys signed it, also beside signatures of others', () => {
    expect(verifyCheckpoint(note, [other.publicKey, keys.publicKey])).toEqual({ origin, size: 12, root });
    const witnessed = `${note.split('\n\n')[0] ?? ''}\n\n— witness.example/w ${Buffer.alloc(68, 1).toString('base64')}\n${note.split('\n\n')[1] ?? ''}`;
    expect(verifyCheckpoint(witnessed, [keys.publicKey]).size).toBe(12);
  });

  const signatureOf = (text: string, name = origin): string => `${text}\n— ${name} ${Buffer.concat([Buffer.from(toVerifierKey(name, keys.publicKey).split('+')[1] ?? '', 'hex'), sign(null, Buffer.from(text), keys.privateKey)]).toString('base64')}\n`;
  it.each<readonly [string, string]>([
    ['another size', note.replace('\n12\n', '\n13\n')],
    ['another root', note.replace(root, Buffer.alloc(32, 8).toString('base64'))],
    ['another origin', note.replace('wingman/ledger\n', 'wingman/other\n')],
    ['no signature', `${note.split('\n\n')[0] ?? ''}\n\n`],
    ['the signature of another note', signCheckpoint({ origin, size: 13, root }, keys).replace('\n13\n', '\n12\n')],
    ['a stranger’s signature', signCheckpoint({ origin, size: 12, root }, other)],
    ['a signature under another name', note.replace('— wingman/ledger', '— wingman/other')],
    ['a cut signature', note.slice(0, -10)],
    ['a signature that goes on', note.replace(/=\n$/, 'AAAA=\n')],
    ['a hyphen for the dash', note.replace('—', '-')],
    ['a size with a leading zero', signatureOf(`${origin}\n012\n${root}\n`)],
    ['a negative size', signatureOf(`${origin}\n-1\n${root}\n`)],
    ['a size beyond exact numbers', signatureOf(`${origin}\n9999999999999999\n${root}\n`)],
    ['a short root', signatureOf(`${origin}\n12\nAAAA\n`)],
    ['no origin', signatureOf(`\n12\n${root}\n`)],
    ['Windows line ends', note.replaceAll('\n', '\r\n')],
    ['nothing', ''],
  ])('is not believed with %s', async (_what, text) => {
    expect(await codeOf(() => verifyCheckpoint(text, [keys.publicKey]))).toBe('LEDGER_BROKEN');
  });

  it('is not believed without keys', async () => {
    expect(await codeOf(() => verifyCheckpoint(note, []))).toBe('LEDGER_BROKEN');
  });

  it('can be read without being believed', () => {
    expect(parseCheckpoint(note.replace('\n12\n', '\n13\n'))).toEqual({ origin, size: 13, root });
  });
});

describe('a file of checkpoints', () => {
  const second = signCheckpoint({ origin, size: 20, root }, keys);

  it('gives its notes back, byte by byte', () => {
    expect(splitCheckpoints(`${note}\n${second}\n`)).toEqual([note, second]);
    expect(splitCheckpoints(note)).toEqual([note]);
  });

  it.each([1, 20, 40, 70, 100, 150])('leaves out a note that was cut after %d characters, and keeps the next', (cut) => {
    expect(splitCheckpoints(`${note}\n${second.slice(0, cut)}\n\n${second}\n`)).toEqual([note, second]);
  });

  it('keeps a forged note, so that it is named', () => {
    const forged = second.replace('\n20\n', '\n21\n');
    expect(splitCheckpoints(`${note}\n${forged}\n`)).toEqual([note, forged]);
  });

  it('is empty when it holds something else', () => {
    for (const text of ['', '\n\n\n', 'hello', '<html>\n\n</html>']) expect(splitCheckpoints(text)).toEqual([]);
  });
});
