import { readFlags } from '../../../domain/command/read-flags';
import { refusedCode } from '../../support/run-verb';

const SPECS = {
  '--all': { short: '-a' },
  '--quiet': { short: '-q' },
  '--last': { short: '-n', value: true },
  '--filter': { short: '-f', value: true, repeat: true },
};
const read = (words: readonly string[], stopAtOperand = false) => {
  const flags = readFlags(words, SPECS, stopAtOperand);
  return {
    all: flags.has('--all'),
    quiet: flags.has('--quiet'),
    last: flags.value('--last'),
    filters: flags.values('--filter'),
    operands: flags.operands,
  };
};
const nothing = { all: false, quiet: false, last: null, filters: [], operands: [] };

test.each<[readonly string[], object]>([
  [[], {}],
  [['--all'], { all: true }],
  [['--all=true', '--quiet=false'], { all: true }],
  [['-aq'], { all: true, quiet: true }],
  [['-n', '5'], { last: '5' }],
  [['-n5'], { last: '5' }],
  [['-n=5'], { last: '5' }],
  [['--last', '5'], { last: '5' }],
  [['--last=5'], { last: '5' }],
  [['--last='], { last: '' }],
  [['--last', '-5'], { last: '-5' }],
  [['-aqn5'], { all: true, quiet: true, last: '5' }],
  [['-aqn', '5'], { all: true, quiet: true, last: '5' }],
  [['-naq'], { last: 'aq' }],
  [['--filter', 'a=b', '-f', 'c', '--filter=d=e'], { filters: ['a=b', 'c', 'd=e'] }],
  [['web', '-a', 'db'], { all: true, operands: ['web', 'db'] }],
  [['', 'x'], { operands: ['', 'x'] }],
])('%j is read as docker reads it', (words, expected) => {
  expect(read(words)).toEqual({ ...nothing, ...expected });
});

test('flags end at the first operand where the rest is an argument list', () => {
  expect(read(['-a', 'image', '-q', '--unknown', '--'], true)).toEqual({
    ...nothing,
    all: true,
    operands: ['image', '-q', '--unknown', '--'],
  });
});

test.each<[readonly string[], string]>([
  [['--unknown'], 'COMMAND_UNKNOWN_FLAG'],
  [['--al'], 'COMMAND_UNKNOWN_FLAG'],
  [['--ALL'], 'COMMAND_UNKNOWN_FLAG'],
  [['---all'], 'COMMAND_UNKNOWN_FLAG'],
  [['-all'], 'COMMAND_UNKNOWN_FLAG'],
  [['-x'], 'COMMAND_UNKNOWN_FLAG'],
  [['-ax'], 'COMMAND_UNKNOWN_FLAG'],
  [['-'], 'COMMAND_UNKNOWN_FLAG'],
  [['--'], 'COMMAND_UNKNOWN_FLAG'],
  [['--=x'], 'COMMAND_UNKNOWN_FLAG'],
  [['-a=true'], 'COMMAND_UNKNOWN_FLAG'],
  [['--constructor'], 'COMMAND_UNKNOWN_FLAG'],
  [['--__proto__=x'], 'COMMAND_UNKNOWN_FLAG'],
  [['--all=yes'], 'COMMAND_FLAG_VALUE'],
  [['--all='], 'COMMAND_FLAG_VALUE'],
  [['--last'], 'COMMAND_FLAG_VALUE'],
  [['-n'], 'COMMAND_FLAG_VALUE'],
  [['-aqn'], 'COMMAND_FLAG_VALUE'],
  [['--last', '1', '-n2'], 'COMMAND_FLAG_VALUE'],
  [['-a', '--all'], 'COMMAND_FLAG_VALUE'],
  [['-aa'], 'COMMAND_FLAG_VALUE'],
  [['--all=true', '--all=false'], 'COMMAND_FLAG_VALUE'],
])('%j is refused with %s', (words, code) => {
  expect(refusedCode(() => read(words))).toBe(code);
});

test('a refusal names the flag and the flags that there are', () => {
  expect(() => read(['--privileged'])).toThrow(
    '--privileged is not a flag of this command; there are --all, --quiet, --last, --filter',
  );
});
