/**
 * Secrets that are known by where they stand: behind a name (`password: …`), in an Authorization header, in a URL, after a
 * switch. Here the value decides too, because the same places hold variables, masks and ordinary words.
 */
import { isPlaceholder, looksGenerated, looksLikePassword } from './placeholder';

export interface AssignedSecret {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

interface Place {
  readonly kind: string;
  /** In lower case; one of them must occur. */
  readonly hints: readonly string[];
  /** Global, any case, with indices. The one group that matched is the value. */
  readonly pattern: RegExp;
  /** `before` is what stands in front of the match, a few characters. */
  readonly isSecret: (value: string, before: string) => boolean;
}

/**
 * Quoted (also inside a quoted text) up to the same line's quote, else up to a blank or a sign that ends values. No value
 * takes in a lone backslash: text that is JSON stays JSON when the value is replaced.
 */
const VALUE =
  '(?:\\\\"([^"\\\\\\n]{1,400})|"((?:[^"\\\\\\n]|\\\\.){1,400})"|\'([^\'"\\\\\\n]{1,400})\'|`([^`"\\\\\\n]{1,400})`|([^\\s"\'`,;()\\[\\]{}|\\\\]{1,400}))';
const ASSIGN = '(?:\\\\?["\'`])?[ \\t]{0,8}(?::=|=>|[:=])[ \\t]{0,8}';

const PASSWORD_NAME =
  'password|passwd|passphrase|passcode|passwort|kennwort|contraseña|senha|mot de passe|пароль|(?<=[_-])pass|(?<=[_-])pw|(?<![A-Za-z])pwd';
const SECRET_NAME =
  'token|secret(?:[ _-]?(?:access[ _-]?)?key)?(?:[ _-]?base)?|(?:api|app|access|account|auth|private|signing|encryption|master|client|service|license)[ _-]?key|credentials?|auth';

const place = (kind: string, hints: readonly string[], source: string, isSecret: Place['isSecret']): Place => ({
  kind,
  hints,
  pattern: new RegExp(source, 'gid'),
  isSecret,
});

/** What is redacted is the value; its name stays, so that a log can still be read. */
const PLACES: readonly Place[] = [
  place(
    'url-password',
    ['://'],
    '(?<=[a-z0-9])://[^\\s/:@"\'<>]{0,256}:(?!\\d{1,5}(?:[/?#\\s]|$))([^\\s"\'<>\\\\]{1,256}?)@(?=[\\w.\\[-])',
    isUrlPassword,
  ),
  place(
    'authorization',
    ['authorization'],
    `\\bauthorization${ASSIGN}\\\\?["']?(?:(?:bearer|basic|token|digest|apikey|negotiate)[ \\t]+)?([^\\s"'\`,;\\\\]{8,4000})`,
    isHeaderValue,
  ),
  place('bearer', ['bearer'], '\\bbearer[ \\t]+["\']?([A-Za-z0-9._~+/-]{16,4000}={0,2})', looksGenerated),
  place(
    'password',
    ['pass', 'pw', 'kennwort', 'contrase', 'senha', 'парол'],
    `(?:${PASSWORD_NAME})${ASSIGN}${VALUE}`,
    looksLikePassword,
  ),
  place(
    'password',
    ['pass'],
    '\\b(?:password|passphrase|passcode)[ \\t]+(?:is|was|to|as)[ \\t]+["\'`]?([^\\s"\'`,;\\\\]{6,200})',
    isSpokenPassword,
  ),
  place(
    'password',
    ['--pass', 'sshpass', '-u ', '--user '],
    '(?:--pass(?:word|wd)?[ \\t]+|\\bsshpass[ \\t]+-p[ \\t]*|(?:^|[ \\t])(?:-u|--user)[ \\t]+[\\w.@-]{1,64}:)["\']?([^\\s"\'`\\\\]{4,200})',
    looksLikePassword,
  ),
  place(
    'secret',
    ['token', 'secret', 'key', 'credential', 'auth'],
    `(?:${SECRET_NAME})${ASSIGN}(?:(?:bearer|basic)[ \\t]+)?${VALUE}`,
    isNamedSecret,
  ),
  place(
    'secret',
    ['token', 'secret', 'key'],
    '(?:token|secret|(?:api|access|secret)[ _-]?key)(?:[ \\t]+(?:is|was|to|as|value))?[ \\t]+["\'`]?([A-Za-z0-9+/=_.~-]{16,400})',
    isNamedSecret,
  ),
  place(
    'secret',
    ['</'],
    '(?:password|passwd|passphrase|token|secret|key)>[ \\t]*([^<\\s"\\\\]{6,400})</',
    looksLikePassword,
  ),
];

/** All hints in one pass: an ordinary text has none, and is through with it. No hint holds a sign that means something here. */
const ANY_HINT = new RegExp([...new Set(PLACES.flatMap(({ hints }) => hints))].join('|'));

export function findAssignedSecrets(text: string): AssignedSecret[] {
  const lower = text.toLowerCase();
  if (!ANY_HINT.test(lower)) return [];
  const found: AssignedSecret[] = [];
  for (const { kind, hints, pattern, isSecret } of PLACES) {
    if (!hints.some((hint) => lower.includes(hint))) continue;
    for (const match of text.matchAll(pattern)) {
      const span = match.indices?.slice(1).find((group) => group !== undefined);
      // `token(` and `secrets[` are code that fetches a value.
      if (span === undefined || /[([]/.test(text.charAt(span[1]))) continue;
      const value = trimEnd(text.slice(span[0], span[1]));
      const before = text.slice(Math.max(0, match.index - 16), match.index);
      if (isSecret(value, before)) found.push({ kind, start: span[0], end: span[0] + value.length });
    }
  }
  return found;
}

/** A full stop or a bracket behind a value belongs to the sentence. */
function trimEnd(value: string): string {
  return value.replace(/[.,;:!?)\]}]{1,3}$/, '');
}

function isUrlPassword(value: string): boolean {
  return !isPlaceholder(value) && !/^(?:port|\d{1,5})\//i.test(value);
}

function isHeaderValue(value: string): boolean {
  return looksGenerated(value) || (value.length >= 20 && !isPlaceholder(value) && /\d|[a-z][A-Z]/.test(value));
}

/** Tokens that page through lists, and the public half of a pair, open nothing. */
function isNamedSecret(value: string, before: string): boolean {
  return (
    looksGenerated(value) &&
    !/(?:next|page|public|continuation|cancel(?:lation)?|idempotency|csrf)[ _-]?$/i.test(before)
  );
}

/** "the password is hunter2!" against "the password is stored in the vault". */
function isSpokenPassword(value: string): boolean {
  return looksLikePassword(value) && /\d|[!@#$%^&*]/.test(value) && !/^(?:base64|sha\d+|md5|oauth2|\d+)$/i.test(value);
}
