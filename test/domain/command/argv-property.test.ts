/**
 * What the tokenizer takes for the words of a command is what a shell would hand to the program: proved against dash and
 * bash themselves, and against a third reader of quotes. Many commands go to one shell at a time, so 20,000 take seconds.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { isWingmanError } from '../../../domain/errors';
import { tokenize } from '../../../domain/command/tokenize';

const LIMITS = { max_command_length: 4096, max_args: 64 };
const BATCH = 2_000;
const RUNS = 10;

/** Files to be matched by a pattern, if one got through. */
const directory = mkdtempSync(join(tmpdir(), 'wingman-argv-'));
for (const name of ['a', 'web', 'web1', '-v', '{a}', '{{a}}', 'docker']) writeFileSync(join(directory, name), '');

const bare = fc.string({ unit: fc.constantFrom(...'abAB01_-.,:/=@+'), minLength: 1, maxLength: 8 });
const printable = fc.string({
  unit: fc.constantFrom(...Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at))),
  maxLength: 10,
});
const withoutQuotes = (quote: string) => printable.map((text) => text.replaceAll(quote, ''));
const calm = printable.map((text) => text.replace(/["$`!]|\\(?=["$`!\\]|$)/g, ''));
const lively = fc.constantFrom(
  '{{.Names}}',
  '--format={{.State.Status}}',
  '{{.A}}{{.B}}',
  '{{.A}}:{{.B}}',
  '{{a,b}}',
  '{{1..3}}',
  '{a}',
  '{a,b}',
  '{}',
  'a{',
  '}',
  'A=b',
  'a+=b',
  '=a',
  '--a=b',
  '~',
  'a=~',
  'a:~',
  '~root',
  '#a',
  'a#',
  '!',
  '!!',
  'a!b',
  '^a^b',
  '%1',
  'a%20',
  '-',
  '--',
  '-n',
  '-e',
  '*',
  'w?b',
  '[a]',
  '$HOME',
  '${X}',
  '$(id)',
  '`id`',
  "$'a'",
  '$"a"',
  '\\',
  'a\\',
  'a\\ b',
  ';',
  '&&',
  '|',
  '>a',
  '2>&1',
  '<a',
  '(a)',
  'a;b',
  '\t',
  '\n',
  '\u00a0',
  'é',
  '\0',
  `"a"b`,
  `a"b"`,
  `'a''b'`,
  `''`,
  `""`,
  `"a`,
  `'a`,
  `"a\\"`,
  `"a\\"b"`,
  `"a\\\\"`,
  `"table {{.Names}}\\t{{.Status}}"`,
  `'$HOME'`,
  `"$HOME"`,
  `"\\$HOME"`,
  `"!a"`,
);
const word = fc.oneof(
  { weight: 8, arbitrary: bare },
  { weight: 4, arbitrary: withoutQuotes("'").map((text) => `'${text}'`) },
  { weight: 4, arbitrary: calm.map((text) => `"${text}"`) },
  { weight: 1, arbitrary: withoutQuotes('"').map((text) => `"${text}"`) },
  { weight: 1, arbitrary: printable },
  { weight: 1, arbitrary: lively },
);
const blanks = fc.constantFrom(' ', ' ', ' ', '  ', '   ');
const command = fc
  .tuple(
    fc.constantFrom('docker', 'docker', 'docker', 'docker', '', 'A=b docker', 'A+=b docker'),
    fc.array(fc.tuple(blanks, word), { minLength: 1, maxLength: 6 }),
    fc.constantFrom('', '', ' '),
  )
  .map(([first, rest, end]) => first + rest.map(([blank, text]) => blank + text).join('') + end);

function accepted(text: string): readonly string[] | null {
  try {
    return tokenize(text, LIMITS);
  } catch (error) {
    if (!isWingmanError(error)) throw error;
    return null;
  }
}

/**
 * What a shell makes of the commands, each on a line of its script. Those that begin with `docker` stand alone, so that
 * whatever a first word can do (assignment, reserved word) would show; the others are arguments.
 */
function shellWords(shell: readonly string[], commands: readonly string[]): readonly (readonly string[])[] {
  const script = [
    ...(shell.includes('-H') ? ['set -o history', 'set -H'] : []),
    `docker() { printf '%s\\0' docker "$@"; printf '\\n'; }`,
    `words() { printf '%s\\0' "$@"; printf '\\n'; }`,
    ...commands.map((text) => (/^ *(?:[A-Za-z+]+=\S* )?docker /.test(text) ? text : `words ${text}`)),
  ].join('\n');
  const [program = '', ...args] = shell;
  const output = execFileSync(program, args, {
    input: `${script}\n`,
    stdio: ['pipe', 'pipe', 'ignore'],
    cwd: directory,
    encoding: 'latin1',
    maxBuffer: 1 << 26,
    env: { HOME: '/home/someone', X: 'expanded', PATH: '/nonexistent' },
  });
  return output
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\0').slice(0, -1));
}

/** A package of modules only, which jest does not load: it reads in a process of its own. */
function shlexWords(commands: readonly string[]): readonly (readonly string[])[] {
  const script = `import { split } from 'shlex'; import { readFileSync } from 'node:fs';
    console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map((text) => split(text))))`;
  const args = ['--input-type=module', '--eval', script];
  const output = execFileSync(process.execPath, args, {
    input: JSON.stringify(commands),
    cwd: join(__dirname, '../../..'),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return JSON.parse(output) as string[][];
}

const SHELLS = [
  ['/bin/dash', '-s'],
  ['/bin/bash', '--norc', '--noprofile', '-s'],
  // As when it is typed in: history expansion on.
  ['/bin/bash', '--norc', '--noprofile', '-H', '-s'],
] as const;

it('is read by dash and bash exactly as the tokenizer reads it, if it is accepted at all', () => {
  let made = 0;
  let taken = 0;
  fc.assert(
    fc.property(fc.array(command, { minLength: BATCH, maxLength: BATCH }), (commands) => {
      const read = commands.flatMap((text) => {
        const words = accepted(text);
        return words === null ? [] : [{ text, words }];
      });
      made += commands.length;
      taken += read.length;
      for (const shell of SHELLS) {
        const lines = shellWords(
          shell,
          read.map(({ text }) => text),
        );
        expect(lines).toHaveLength(read.length);
        for (const [at, { text, words }] of read.entries())
          expect({ shell, text, words: lines[at] }).toEqual({ shell, text, words });
      }
      const third = shlexWords(read.map(({ text }) => text));
      for (const [at, { text, words }] of read.entries()) expect({ text, words: third[at] }).toEqual({ text, words });
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  process.stdout.write(`commands made ${made}, accepted and compared ${taken}\n`);
  expect(made).toBeGreaterThanOrEqual(20_000);
  expect(taken / made).toBeGreaterThan(0.3);
  expect(taken / made).toBeLessThan(0.9);
});

it.each([
  [
    `docker ps --format "table {{.Names}}\\t{{.Status}}"`,
    ['docker', 'ps', '--format', 'table {{.Names}}\\t{{.Status}}'],
  ],
  [`docker ps --format '{{.Names}} | {{.Status}}'`, ['docker', 'ps', '--format', '{{.Names}} | {{.Status}}']],
  [`docker inspect --format={{.State.Status}} web`, ['docker', 'inspect', '--format={{.State.Status}}', 'web']],
  [`  docker  stop   web `, ['docker', 'stop', 'web']],
  [
    `docker ps --filter 'name=^/web$' --filter "label=a b"`,
    ['docker', 'ps', '--filter', 'name=^/web$', '--filter', 'label=a b'],
  ],
])('takes %s apart as the shells do', (text, words) => {
  expect(tokenize(text, LIMITS)).toEqual(words);
  for (const shell of SHELLS) expect(shellWords(shell, [text])).toEqual([words]);
});
