import fc from 'fast-check';
import { tokenize } from '../../../../domain/command/tokenize';
import { toCommandLine } from '../../../../clients/cli/shim/to-command-line';

const LIMITS = { max_command_length: 4096, max_args: 4096 };

describe('toCommandLine', () => {
  it.each<[readonly string[], string]>([
    [['docker', 'rm', '-f', 'web'], 'docker rm -f web'],
    [['docker', 'ps', '--format', '{{.Names}}'], "docker ps --format '{{.Names}}'"],
    [['docker', 'ps', '--filter', 'name=web'], 'docker ps --filter name=web'],
    [['docker', 'exec', 'web', 'sh', '-c', 'a b; c'], "docker exec web sh -c 'a b; c'"],
    [['docker', 'exec', 'web', 'echo', "it's"], `docker exec web echo "it's"`],
    [['docker', 'rm', '$(id)'], "docker rm '$(id)'"],
    [['docker', 'rm', 'a\\b'], "docker rm 'a\\b'"],
    [['docker', 'rm', '-f', ' '], "docker rm -f ' '"],
    [['docker', 'rm', '*'], "docker rm '*'"],
  ])('writes %j as %s', (argv, line) => {
    expect(toCommandLine(argv)).toBe(line);
    expect(tokenize(line, LIMITS)).toEqual(argv);
  });

  it.each<[string, readonly string[], string, RegExp]>([
    ['an empty argument', ['docker', 'rm', ''], 'COMMAND_QUOTING', /argument 2, "": an empty argument/],
    ['a line feed', ['docker', 'rm', 'a\nb'], 'COMMAND_CHARACTER', /argument 2, "a\\nb": a command is printable ASCII/],
    ['a letter that is not ASCII', ['docker', 'rm', 'wéb'], 'COMMAND_CHARACTER', /printable ASCII/],
  ])('refuses %s instead of bending it', (_, argv, code, message) => {
    expect(() => toCommandLine(argv)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });

  it.each([[`a'b"c$`], [`it's $HOME`], [`'`], [`''"''`]])('writes %s with the quotes of its quotes', (word) => {
    expect(tokenize(toCommandLine(['docker', 'exec', 'db', word]), { max_command_length: 4096, max_args: 64 })).toEqual(['docker', 'exec', 'db', word]);
  });

  it('gives every argument list back as it was, or refuses it', () => {
    const word = fc.oneof(fc.string(), fc.string({ unit: 'binary-ascii' }), fc.constantFrom('', "'", '"', "'\"", '=x', '-', '--', '$a', '`id`', '{a,b}', '{{.ID}}', '!', '~', '#', 'a=b', '\\', '\\"', "a' 'b", 'ä'));
    let kept = 0;
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (args) => {
        const argv = ['docker', ...args];
        let line: string;
        try {
          line = toCommandLine(argv);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^COMMAND_/) });
          return;
        }
        kept += 1;
        expect(tokenize(line, LIMITS)).toEqual(argv);
      }),
      { numRuns: 5_000 },
    );
    expect(kept).toBeGreaterThan(500);
  });
});
