/**
 * What an attack entry says was done to a token, in `mutate`: before it was signed (doubled members, another kind of payload)
 * or to its finished text. Written by rules and not by a list of whole names, so that new combinations are data.
 */
import { createSealKey, sealFor } from '../../security/tokens/seal';

export interface SignedText {
  readonly header: string;
  readonly payload: string;
}

type Rule<T> = readonly [pattern: RegExp, apply: (subject: T, match: RegExpExecArray) => T | Promise<T>];

const PART_NAMES: Readonly<Record<string, number>> = {
  header: 0,
  payload: 1,
  claims: 1,
  body: 1,
  signature: 2,
  sig: 2,
};
const VALUES: Readonly<Record<string, string>> = {
  array: '[]',
  list: '[]',
  null: 'null',
  string: '"x"',
  text: '"x"',
  number: '1',
  true: 'true',
  boolean: 'true',
  empty: '',
  object: '{}',
  'not-json': '{',
  garbage: '{',
};

const BEFORE_SIGNING: readonly Rule<SignedText>[] = [
  [
    /^dup(?:licate)?-(header|payload|claims)-(?:key|member|claim):(.+)$/,
    (texts, [, part, name = '']) => withPart(texts, part, (text) => doubled(text, name)),
  ],
  [
    /^(?:(header|payload|claims)-)(array|list|null|string|text|number|true|boolean|empty|object|not-json|garbage)$/,
    (texts, [, part, kind = '']) => withPart(texts, part, () => VALUES[kind] ?? ''),
  ],
  [/^(header|payload)-bom$/, (texts, [, part]) => withPart(texts, part, (text) => `\ufeff${text}`)],
  [
    /^(header|payload)-(?:blanks?|whitespace|pretty)$/,
    (texts, [, part]) => withPart(texts, part, (text) => text.replaceAll(',', ' , ')),
  ],
  [
    /^(header|payload)-(?:proto|__proto__)$/,
    (texts, [, part]) => withPart(texts, part, (text) => text.replace('{', '{"__proto__":{"cmd":"docker rm -f db"},')),
  ],
  [
    /^(header|payload)-nest(?:ed|ing)?(?::(\d+))?$/,
    (texts, [, part, depth = '2000']) =>
      withPart(texts, part, () => '['.repeat(Number(depth)) + ']'.repeat(Number(depth))),
  ],
];

const AFTER_SIGNING: readonly Rule<string>[] = [
  [/^append:([^]*)$/, (token, [, text]) => token + unescaped(text)],
  [/^prepend:([^]*)$/, (token, [, text]) => unescaped(text) + token],
  [
    /^insert:([^]*)$/,
    (token, [, text]) => token.slice(0, token.length >> 1) + unescaped(text) + token.slice(token.length >> 1),
  ],
  [
    /^insert-(newline|blank|space|tab|nul|zero-width)(?:-(?:in-)?(header|payload|sig(?:nature)?))?$/,
    (token, [, what = '', part]) =>
      withTokenPart(
        token,
        part ?? 'payload',
        (text) => text.slice(0, 4) + (ODD_CHARACTERS[what] ?? '\n') + text.slice(4),
      ),
  ],
  [
    /^(?:leading|trailing)-(newline|blank|space|tab|nul|zero-width)$/,
    (token, [whole, what = '']) =>
      whole.startsWith('leading') ? (ODD_CHARACTERS[what] ?? ' ') + token : token + (ODD_CHARACTERS[what] ?? ' '),
  ],
  [
    /^swap-unused-(?:(header|payload|sig(?:nature)?)-)?bits$/,
    (token, [, part]) => withTokenPart(token, part ?? 'sig', withOtherUnusedBits),
  ],
  [
    /^b64-standard$|^base64-standard$|^standard-base64$/,
    (token) =>
      token
        .split('.')
        .map((part) => Buffer.from(part, 'base64url').toString('base64'))
        .join('.'),
  ],
  [
    /^(?:pad|padding)(?:-(header|payload|sig(?:nature)?))?$/,
    (token, [, part]) => withTokenPart(token, part ?? 'sig', (text) => `${text}==`),
  ],
  [
    /^(?:empty|strip|remove|blank)-(header|payload|sig(?:nature)?)$/,
    (token, [, part]) => withTokenPart(token, part, () => ''),
  ],
  [
    /^truncate-(header|payload|sig(?:nature)?)$/,
    (token, [, part]) => withTokenPart(token, part, (text) => text.slice(0, text.length >> 1)),
  ],
  [
    /^(?:extend|lengthen)-(header|payload|sig(?:nature)?)$/,
    (token, [, part]) => withTokenPart(token, part, (text) => `${text}AAAA`),
  ],
  [
    /^(?:flip|change)-(header|payload|claims|sig(?:nature)?)-(?:byte|bit)$/,
    (token, [, part]) => withTokenPart(token, part, withFlippedByte),
  ],
  [
    /^(?:zero|null)-(sig(?:nature)?)$/,
    (token, [, part]) =>
      withTokenPart(token, part, (text) => Buffer.alloc(Buffer.from(text, 'base64url').length).toString('base64url')),
  ],
  [
    /^(?:drop|no|without)-(header|payload|sig(?:nature)?)$/,
    (token, [, part = '']) =>
      token
        .split('.')
        .filter((_, index) => index !== PART_NAMES[part])
        .join('.'),
  ],
  [/^(?:two-parts|one-dot|single-dot)$/, (token) => token.split('.').slice(0, 2).join('.')],
  [/^(?:double-dot|four-parts)$/, (token) => `${token}.${token.split('.')[2] ?? ''}`],
  [/^(?:trailing-dot)$/, (token) => `${token}.`],
  [/^(?:leading-dot)$/, (token) => `.${token}`],
  [/^(?:swap|reorder)-parts$/, (token) => token.split('.').reverse().join('.')],
  [/^jws-json(?:-flat(?:tened)?)?$/, (token) => JSON.stringify(flattened(token))],
  [
    /^jws-json-general$/,
    (token) => {
      const { payload, ...signature } = flattened(token);
      return JSON.stringify({ payload, signatures: [signature] });
    },
  ],
  [/^jwe-wrap$/, (token) => sealFor(createSealKey().publicJwk, token, { purpose: 'gateway-token' })],
  [/^bearer-prefix$/, (token) => `Bearer ${token}`],
  [/^bearer-prefix-twice$/, (token) => `Bearer Bearer ${token}`],
  [/^lower-?case$/, (token) => token.toLowerCase()],
  [/^upper-?case$/, (token) => token.toUpperCase()],
  [/^(?:twice|repeat|doubled)(?::(\d+))?$/, (token, [, times = '2']) => token.repeat(Number(times))],
  [/^(?:comma|list|two-tokens)(?:-joined)?$/, (token) => `${token},${token}`],
  [/^(?:huge|oversize|oversized|1mb|megabyte)$/, (token) => token + 'A'.repeat(1_000_000)],
  [/^(?:empty|blank)$/, () => ''],
  [/^(?:url-?encode|percent-encode)d?$/, (token) => token.replaceAll('.', '%2E')],
  [/^(?:quoted|quotes)$/, (token) => `"${token}"`],
  [/^(?:reverse|reversed)$/, (token) => [...token].reverse().join('')],
  [/^(?:homoglyph|unicode)$/, (token) => token.replace('e', '\u0435')],
  [/^(?:full-?width-dots?|unicode-dots?)$/, (token) => token.replaceAll('.', '\uff0e')],
];

/** The texts that are signed. Mutations of the finished token leave them alone. */
export function mutateSignedText(mutation: string | undefined, texts: SignedText): SignedText {
  const found = matching(BEFORE_SIGNING, mutation);
  if (found === null) return texts;
  const [[, apply], match] = found;
  return apply(texts, match) as SignedText;
}

/** @throws Error for a mutation that no rule knows, or that changed nothing: the entry would test something else. */
export async function mutateToken(mutation: string | undefined, token: string): Promise<string> {
  if (mutation === undefined || matching(BEFORE_SIGNING, mutation) !== null) return token;
  const found = matching(AFTER_SIGNING, mutation);
  if (found === null) throw new Error(`no rule of mutate-token.ts knows the mutation ${JSON.stringify(mutation)}`);
  const [[, apply], match] = found;
  const mutated = await apply(token, match);
  if (mutated === token) throw new Error(`the mutation ${JSON.stringify(mutation)} changed nothing`);
  return mutated;
}

const ODD_CHARACTERS: Readonly<Record<string, string>> = {
  newline: '\n',
  blank: ' ',
  space: ' ',
  tab: '\t',
  nul: '\0',
  'zero-width': '\u200b',
};

function matching<T>(rules: readonly Rule<T>[], mutation: string | undefined): [Rule<T>, RegExpExecArray] | null {
  if (mutation === undefined) return null;
  for (const rule of rules) {
    const match = rule[0].exec(mutation);
    if (match !== null) return [rule, match];
  }
  return null;
}

function withPart(texts: SignedText, part: string | undefined, change: (text: string) => string): SignedText {
  return part === 'header' ? { ...texts, header: change(texts.header) } : { ...texts, payload: change(texts.payload) };
}

function withTokenPart(token: string, part: string | undefined, change: (text: string) => string): string {
  return token
    .split('.')
    .map((text, index) => (index === PART_NAMES[part ?? ''] ? change(text) : text))
    .join('.');
}

/** The hostile value comes first: parsers that keep the last one then see the good one, and the reverse is refused alike. */
function doubled(text: string, name: string): string {
  const hostile = name === 'cmd' ? 'docker rm -f db' : 'doubled';
  return text.replace('{', `{${JSON.stringify(name)}:${JSON.stringify(hostile)},`);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Another last character that decoders read as the same bytes; for a length without unused bits, an appended one. */
function withOtherUnusedBits(part: string): string {
  const last = ALPHABET.indexOf(part.slice(-1));
  return part.length % 4 === 0 ? `${part}A` : part.slice(0, -1) + ALPHABET.charAt(last ^ 1);
}

function withFlippedByte(part: string): string {
  const bytes = Buffer.from(part, 'base64url');
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  return bytes.toString('base64url');
}

function flattened(token: string): {
  payload: string | undefined;
  protected: string | undefined;
  signature: string | undefined;
} {
  const [header, payload, signature] = token.split('.');
  return { payload, protected: header, signature };
}

function unescaped(text = ''): string {
  return text.replace(/\\n/g, '\n').replace(/\\r/g, '\r').replace(/\\t/g, '\t').replace(/\\0/g, '\0');
}
