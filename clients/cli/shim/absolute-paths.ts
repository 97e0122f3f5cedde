/**
 * docker's client reads paths against the directory where it is typed; the gateway stands elsewhere. So the words are rewritten to what
 * they mean here, before anybody is asked: whoever approves sees the whole path.
 */

const isPath = (text: string): boolean => /^(?:\.{1,2}(?:\/|$)|\/|~\/)/.test(text);

/** One spelling of a path: `/srv/shop/./web/..` is `/srv/shop`. */
export function absolutePath(path: string, dir: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${dir}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** @param argv with the program. @param dir absolute */
export function withAbsolutePaths(argv: readonly string[], dir: string): readonly string[] {
  const compose = argv.findIndex((word, place) => place > 0 && word === 'cp');
  if ((argv[0] === 'docker-compose' || argv[1] === 'compose') && compose > 0) return [...argv.slice(0, compose), ...withAbsolutePaths(['docker', ...argv.slice(compose)], dir).slice(1)];
  const at = argv[0] === 'docker' ? (['container', 'image', 'buildx', 'builder'].includes(argv[1] ?? '') ? 2 : 1) : -1;
  switch (argv[at]) {
    case 'run':
    case 'create':
      return rewritten(argv, at + 1, dir, { values: { '-v': volume, '--volume': volume, '--mount': mount, '--env-file': whole }, operands: null });
    case 'build':
    case 'b':
      return rewritten(argv, at + 1, dir, { values: { '-f': whole, '--file': whole }, operands: context });
    case 'cp':
      return rewritten(argv, at + 1, dir, { values: {}, operands: (word, where) => (word === '-' || /^[A-Za-z0-9][A-Za-z0-9_.-]*:/.test(word) ? word : kept(word, where, 0)) });
    case 'save':
    case 'export':
      return rewritten(argv, at + 1, dir, { values: { '-o': whole, '--output': whole }, operands: (word) => word });
    case 'load':
      return rewritten(argv, at + 1, dir, { values: { '-i': whole, '--input': whole }, operands: (word) => word });
    case 'import':
      return rewritten(argv, at + 1, dir, { values: {}, operands: (word, where, place) => (place === 0 && word !== '-' && !/^[a-z]+:\/\//.test(word) ? kept(word, where, 0) : word) });
    default:
      return argv;
  }
}

type Rewrite = (word: string, dir: string, place: number) => string;

const kept: Rewrite = (word, dir) => absolutePath(word, dir) + (/\/\.?$/.test(word) && word !== '/' ? '/' : '');
const whole: Rewrite = (word, dir) => (word === '-' ? word : absolutePath(word, dir));
const context: Rewrite = (word, dir) => (isPath(word) || word === '.' ? absolutePath(word, dir) : word);
const volume: Rewrite = (word, dir) => {
  const [source = '', ...rest] = word.split(':');
  return rest.length > 0 && isPath(source) ? [absolutePath(source, dir), ...rest].join(':') : word;
};
const mount: Rewrite = (word, dir) => (/(?:^|,)type=bind(?:,|$)/.test(word) ? word.replace(/(^|,)(source|src)=([^,]*)/, (_, before: string, key: string, path: string) => `${before}${key}=${absolutePath(path, dir)}`) : word);

/** @param operands null: what follows the first of them belongs to another program */
function rewritten(argv: readonly string[], from: number, dir: string, { values, operands }: { readonly values: Readonly<Record<string, Rewrite>>; readonly operands: Rewrite | null }): readonly string[] {
  const out = argv.slice(0, from);
  let place = 0;
  for (let at = from; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    const equals = word.indexOf('=');
    const long = word.startsWith('--') && equals > 0 ? values[word.slice(0, equals)] : undefined;
    const next = values[word] ?? (/^-[a-zA-Z]{2,}$/.test(word) ? values[`-${word.slice(-1)}`] : undefined);
    const attached = /^-[a-zA-Z]./.test(word) && !word.startsWith('--') ? values[word.slice(0, 2)] : undefined;
    if (long !== undefined) out.push(`${word.slice(0, equals + 1)}${long(word.slice(equals + 1), dir, 0)}`);
    else if (next !== undefined && at + 1 < argv.length) {
      out.push(word, next(argv[at + 1] ?? '', dir, 0));
      at += 1;
    } else if (attached !== undefined) out.push(word.slice(0, 2) + attached(word.slice(2).replace(/^=/, ''), dir, 0));
    else if (word.startsWith('-') && word !== '-') out.push(word);
    else if (operands === null && !isValue(argv, at)) return [...out, ...argv.slice(at)];
    else {
      out.push(operands === null || isValue(argv, at) ? word : operands(word, dir, place));
      if (!isValue(argv, at)) place += 1;
    }
  }
  return out;
}

/** On or off; of any other flag without a `=` the next word is the value. */
const SWITCHES = /^(?:-[diatqPaL]+|--(?:detach|rm|init|read-only|interactive|tty|privileged|no-healthcheck|quiet|publish-all|pull|no-cache|load|push|force-rm|compress|archive|follow-link|sig-proxy|oom-kill-disable))$/;

function isValue(argv: readonly string[], at: number): boolean {
  const before = argv[at - 1] ?? '';
  return before.startsWith('-') && before !== '-' && !before.includes('=') && !SWITCHES.test(before);
}
