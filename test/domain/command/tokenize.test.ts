import { WingmanError } from '../../../domain/errors';
import { tokenize } from '../../../domain/command/tokenize';
import { growth, LINEAR_AT_MOST } from '../../support/growth';

const LIMITS = { max_command_length: 100, max_args: 5 };

function refusedAs(command: string): string {
  try {
    return `accepted: ${JSON.stringify(tokenize(command, LIMITS))}`;
  } catch (error) {
    return error instanceof WingmanError ? error.code : String(error);
  }
}

const character = (code: number): string => String.fromCodePoint(code);

describe('a command is refused', () => {
  it.each([...';&|<>()$`\\{}[]*?~!#^%'])('for a bare %s, wherever it stands', (sign) => {
    for (const command of [
      `docker stop web${sign}`,
      `docker stop ${sign}web`,
      `docker stop we${sign}b`,
      `docker stop ${sign}`,
      `${sign} docker`,
    ]) {
      expect([command, refusedAs(command)]).toEqual([command, 'COMMAND_SHELL_SYNTAX']);
    }
  });

  const controls = [...Array(32).keys(), 0x7f, ...Array.from({ length: 32 }, (_, at) => 0x80 + at)];
  const others = [
    0xa0, 0xad, 0xe9, 0x435, 0x43e, 0x200b, 0x200d, 0x202e, 0x2028, 0x2066, 0x3000, 0xfeff, 0xff06, 0xd800, 0xdc80,
    0x1f600, 0xe0041,
  ];
  it.each([...controls, ...others])('for character %i, wherever it stands', (code) => {
    for (const command of [
      `${character(code)}docker ps`,
      `docker${character(code)}ps`,
      `docker ps '${character(code)}'`,
      `docker ps "a${character(code)}"`,
      `docker ps${character(code)}`,
    ]) {
      expect(refusedAs(command)).toBe('COMMAND_CHARACTER');
    }
  });

  it.each([
    `docker stop "web`,
    `docker stop 'web`,
    `docker stop "web"db`,
    `docker stop web"db"`,
    `docker stop 'ho''st'`,
    `docker stop "ho"'st'`,
    `docker stop ''`,
    `docker stop ""`,
    `docker run --priv"ileged"`,
    `docker stop --time="1"`,
    `docker stop "$(id)"`,
    'docker stop "`id`"',
    `docker stop "a!b"`,
    `docker stop "a\\"`,
    `docker stop "a\\"b"`,
    `docker stop "a\\\\b"`,
    `docker stop "a\\$b"`,
  ])('for the quotes of %s', (command) => {
    expect(refusedAs(command)).toBe('COMMAND_QUOTING');
  });

  it.each([
    'A=b docker ps',
    'DOCKER_HOST=tcp://10.0.0.9 docker ps',
    'a+=b docker ps',
    '_=1',
    '=docker ps',
    'docker =ps',
    'docker ps {a,b}',
    'docker ps {{a},{b}}',
    'docker ps {{1..3}}',
    'docker ps {{a',
    'docker ps {}',
    'docker ps {{}}',
    'docker ps {{{a}}}',
  ])('for what a shell makes of %s', (command) => {
    expect(refusedAs(command)).toBe('COMMAND_SHELL_SYNTAX');
  });

  it.each([
    ['', 'COMMAND_EMPTY'],
    ['    ', 'COMMAND_EMPTY'],
    ['a'.repeat(101), 'COMMAND_TOO_LONG'],
    ['a b c d e f', 'COMMAND_TOO_MANY_ARGS'],
  ])('%j with its code', (command, code) => {
    expect(refusedAs(command)).toBe(code);
  });
});

describe('a command is read', () => {
  it.each([
    ['a b c d e', ['a', 'b', 'c', 'd', 'e']],
    ['a'.repeat(100), ['a'.repeat(100)]],
    ['  docker   ps  ', ['docker', 'ps']],
    [`docker ps 'a b' "c d"`, ['docker', 'ps', 'a b', 'c d']],
    [`docker ps '"' "'"`, ['docker', 'ps', '"', "'"]],
    [`docker ps 'a\\'`, ['docker', 'ps', 'a\\']],
    [`docker ps "a\\tb"`, ['docker', 'ps', 'a\\tb']],
    [`docker ps '$HOME;*!'`, ['docker', 'ps', '$HOME;*!']],
    ['docker ps --f={{.Names}} {{.A}}:{{.B}}', ['docker', 'ps', '--f={{.Names}}', '{{.A}}:{{.B}}']],
    [
      'docker run a=b --mount type=volume,src=x@y/z:1+2',
      ['docker', 'run', 'a=b', '--mount', 'type=volume,src=x@y/z:1+2'],
    ],
  ])('%s', (command, words) => {
    expect(tokenize(command, LIMITS)).toEqual(words);
  });

  it('in time that grows with its length alone', () => {
    const limits = { max_command_length: 1_000_000, max_args: 1_000_000 };
    expect(tokenize('{{a}}'.repeat(100_000), limits)).toHaveLength(1);
    expect(() => tokenize('{{a'.repeat(100_000), limits)).toThrow(WingmanError);
    expect(tokenize('a '.repeat(200_000), limits)).toHaveLength(200_000);
    const attempt = (text: string): void => {
      try {
        tokenize(text, limits);
      } catch (error) {
        expect(error).toBeInstanceOf(WingmanError);
      }
    };
    for (const piece of ['{{a}}', '{{a', 'a ']) {
      expect([piece, growth(attempt, (length) => piece.repeat(length), 100_000) < LINEAR_AT_MOST]).toEqual([piece, true]);
    }
  });
});
