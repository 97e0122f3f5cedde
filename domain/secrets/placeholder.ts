/** Tells a value that could open something from one that only stands where a secret would: masks, variables, plain words. */

const REFERENCE =
  /^(?:[$%{<[]|\*{2,}|@Microsoft|(?:vault|env|file|ref|op|ssm|arn|gcp|akv|sops|kv|secretsmanager)[:/]|(?:process\.env|os\.environ|secrets?|env|vars?|config|settings|self|this|data|local|credentials)\.)/i;
const FILLER_WORD =
  /example|change[ _-]?(?:me|it|this)|placeholder|redacted|replace[ _-]?(?:me|this|with)|your[ _-]?\w|dummy|insert[ _-]|sample|not[ _-]?a[ _-]?(?:real|secret)|fake|masked|hidden|removed|xxxx|\*{3}|\.{3}|…|•|todo|<|>/i;
const FILLER_WHOLE =
  /^(?:none|null|nil|undefined|true|false|yes|no|n\/a|empty|blank|unset|default|required|optional|string|str|text|secret|password|passwd|pass|pwd|token|key|value|user|bearer|basic|foo|bar|baz|test|tbd|tba|here|it|the|see|is|in|from|via|stored|set|injected)$/i;

/** True for what is visibly no secret: a mask, a variable, a template, a word for "put it here". */
export function isPlaceholder(value: string): boolean {
  if (REFERENCE.test(value) || FILLER_WHOLE.test(value)) return true;
  if (new Set(value.replace(/[^A-Za-z0-9]/g, '')).size <= 2) return true;
  // A long random value holds a short filler word by chance; the words count only while they are a good part of it.
  return value.length <= 80 && FILLER_WORD.test(value);
}

/**
 * True for a value with the mixture of a generated one. Letters, capitals and digits that alternate inside a run are counted
 * against its length: about 0.6 for random alphanumerics, 0.4 for lower case and digits, under 0.2 for words and names.
 */
export function looksGenerated(value: string): boolean {
  if (value.length < 8 || isPlaceholder(value) || isPathOrVersion(value)) return false;
  let pairs = 0;
  let changes = 0;
  for (const run of value.match(/[A-Za-z0-9]+/g) ?? []) {
    let hump = true;
    for (let at = 1; at < run.length; at++) {
      pairs++;
      const before = classOf(run.charCodeAt(at - 1));
      const here = classOf(run.charCodeAt(at));
      // A capital and the small letters behind it are one step, as in words and camel case.
      if (before !== here && !(hump && before === UPPER && here === LOWER)) changes++;
      hump = before === LOWER && here === UPPER;
    }
  }
  // Short names such as `OAuth2-PKCE-S256` mix a lot; base32 mixes only 0.3, but is long.
  const least = value.length < 16 ? 0.4 : value.length < 24 ? 0.3 : 0.22;
  return pairs >= 5 && changes >= 3 && changes / pairs >= least;
}

const UPPER = 1;
const LOWER = 2;
function classOf(code: number): number {
  if (code >= 97) return LOWER;
  return code >= 65 ? UPPER : 0;
}

/** `/run/secrets/db_password`, `kv/data/shop`, `v1.2.3-rc1`, `2024-05-01`, an address of a page. */
function isPathOrVersion(value: string): boolean {
  return (
    /^(?:~|\.{1,2})?\/?[a-z0-9._-]{1,40}(?:\/[a-z0-9._-]{1,40})+\/?$/.test(value) ||
    /^v?\d+(?:\.\d+){1,3}(?:[-+][\w.]+)?$/.test(value) ||
    /^\d{4}-\d\d-\d\d(?:T[\d:.Z+-]*)?$/.test(value) ||
    /^[a-z]{2,10}:\/\/[^@]*$/.test(value)
  );
}

const WEAK =
  /^(?:letmein|qwerty\w*|hunter2?|iloveyou|trustno1|dragon|monkey|master|welcome\w*|admin|root|toor|abc123|opensesame)$/i;

const CAMEL_CASE = /^[A-Za-z][a-z]+(?:[A-Z][a-z]{2,})*$/;

/**
 * For what stands behind a password's name: people's passwords are words too, so anything but plain words, names and
 * placeholders counts, and so do the passwords that everybody knows.
 */
export function looksLikePassword(value: string): boolean {
  if (isPlaceholder(value) || isPathOrVersion(value)) return false;
  if (WEAK.test(value)) return true;
  if (value.length < 6) return false;
  if (/^\d+$/.test(value)) return true;
  if (/\d/.test(value) && /[A-Za-z]/.test(value)) return true;
  if (/[A-Za-z][!@#$%^&*+=~][A-Za-z!]/.test(value)) return true;
  if (/^[A-Za-z]{8,}$/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value) && !CAMEL_CASE.test(value))
    return true;
  return looksGenerated(value) || value.length >= 24;
}
