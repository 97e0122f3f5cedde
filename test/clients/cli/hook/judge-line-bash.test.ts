/** The judge against the shell itself: whatever makes a real bash start docker is never left alone. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { judgeLine } from '../../../../clients/cli/hook/judge-line';

const dir = mkdtempSync(join(tmpdir(), 'wingman-judge-'));
const marker = join(dir, 'ran');
const quoted = (line: string): string => `'${line.replaceAll("'", `'\\''`)}'`;
const inDouble = (line: string): string => `"${line.replace(/[\\"$`]/g, '\\$&')}"`;

/** Ways to write the one word. */
const WORDS: readonly string[] = [
  'docker', '"docker"', "'docker'", 'doc"ker"', "d'o'cker", 'do\\cker', '\\docker', 'doc\\\nker', "$'docker'", "$'\\x64ocker'", "$'\\144\\157cker'", "$'\\u0064ocker'", '$"docker"', 'd""ocker', '${X:-docker}', '${X:-doc}ker', '${X-d"oc"ker}', '$(echo docker)', '`echo docker`', '"$(printf docker)"', 'doc$K', 'doc${K}', '$D', '${D}', '"$D"', `${dir}/docker`, `${dir}/dock?r`, `${dir}/d*r`, `${dir}/do[c]ker`, '$P/docker', '{docker,rm,web}', 'd{ocker,x}', '$(echo doc)$K', '$A$K',
];
/** Ways to have a line run. */
const WRAPPERS: readonly ((line: string) => string)[] = [
  (x) => x, (x) => `true && ${x}`, (x) => `false || ${x}`, (x) => `true; ${x}`, (x) => `(${x})`, (x) => `{ ${x}; }`, (x) => `! ${x}`, (x) => `time ${x}`, (x) => `${x} | cat`, (x) => `echo a | ${x}`, (x) => `${x} > /dev/null 2>&1`, (x) => `2>/dev/null ${x}`, (x) => `>/dev/null ${x}`, (x) => `${x} &\nwait`, (x) => `# a comment's quote\n${x}`, (x) => `echo "it's" ; ${x}`,
  (x) => `echo $(${x})`, (x) => `echo "$(${x})"`, (x) => `echo "a $(echo "b $(${x})")"`, (x) => `: \${Z:=$(${x})}`, (x) => `Z=$(${x})`, (x) => `a=(1 $(${x}))`, (x) => `[[ -n $(${x}) ]]`, (x) => `[ -n "$(${x})" ]`, (x) => `cat <(${x})`, (x) => `echo a > >(${x})`, (x) => `echo $((1 + 1)); ${x}`, (x) => `cat <<EOF\nit's "a" $(${x})\nEOF`, (x) => `cat <<'EOF' ; ${x}\n$(x) "\nEOF`, (x) => `cat <<-EOF && ${x}\n\ta\n\tEOF`, (x) => `cat <<< "$(${x})"`,
  (x) => `if true; then ${x}; fi`, (x) => `if ${x}; then :; fi`, (x) => `for i in 1; do ${x}; done`, (x) => `while ${x}; do break; done`, (x) => `until ${x}; do break; done`, (x) => `case a in a) ${x};; esac`, (x) => `f() { ${x}; }; f`, (x) => `function f { ${x}; }; f`, (x) => `for ((i=0;i<1;i++)); do ${x}; done`, (x) => `coproc { ${x}; }; wait`,
  (x) => `env ${x}`, (x) => `env B=1 ${x}`, (x) => `B=1 ${x}`, (x) => `command ${x}`, (x) => `exec ${x}`, (x) => `nohup ${x}`, (x) => `nice -n 1 ${x}`, (x) => `timeout 5 ${x}`, (x) => `echo web | xargs ${x}`, (x) => `echo web | xargs -I{} ${x}`, (x) => `find . -maxdepth 0 -exec ${x} \\;`, (x) => `setsid -w ${x}`,
  (x) => `bash -c ${quoted(x)}`, (x) => `sh -c ${inDouble(x)}`, (x) => `eval ${quoted(x)}`, (x) => `eval ${inDouble(x)}`, (x) => `echo ${quoted(x)} | bash`, (x) => `bash <<< ${quoted(x)}`, (x) => `bash <<'EOS'\n${x}\nEOS`, (x) => `trap ${quoted(x)} EXIT`, (x) => `printf '%s' ${quoted(x)} > s.sh; . ./s.sh`, (x) => `printf '%s' ${quoted(x)} > s.sh && bash s.sh`, (x) => `shopt -s expand_aliases\nalias g=${quoted(x)}\ng`, (x) => `python3 -c 'import subprocess,sys; subprocess.run(["bash","-c",sys.argv[1]])' ${quoted(x)}`,
];

describe('judgeLine, against bash', () => {
  beforeAll(() => {
    writeFileSync(join(dir, 'docker'), `#!/bin/sh\n: > '${marker}'\n`, { mode: 0o755 });
  });

  /** D, K, A and P are the agent's environment: nothing in the line says what they are. */
  function startsDocker(line: string): boolean {
    rmSync(marker, { force: true });
    spawnSync('bash', ['-c', line], { cwd: dir, env: { PATH: `${dir}:/usr/bin:/bin`, D: 'docker', K: 'ker', A: 'doc', P: dir }, stdio: ['ignore', 'ignore', 'ignore'], timeout: 10_000 });
    return existsSync(marker);
  }

  const commandOf = (word: string): string => (word.startsWith('{') ? word : `${word} rm web`);

  it('leaves none of the ways alone in which a bash starts docker', () => {
    const lines = [...WORDS.map(commandOf), ...WRAPPERS.map((wrap) => wrap('docker rm web'))];
    const passed = lines.filter((line) => judgeLine(line).kind === 'free');
    expect(passed).toEqual([]);
    const started = lines.filter(startsDocker);
    // Otherwise this would prove nothing.
    expect(started.length).toBeGreaterThan(lines.length * 0.9);
  }, 120_000);

  it('leaves none of their combinations alone', () => {
    let started = 0;
    fc.assert(
      fc.property(fc.constantFrom(...WORDS), fc.array(fc.constantFrom(...WRAPPERS), { minLength: 1, maxLength: 3 }), (word, wrappers) => {
        const line = wrappers.reduce((inner, wrap) => wrap(inner), commandOf(word));
        if (judgeLine(line).kind !== 'free') return;
        const starts = startsDocker(line);
        started += starts ? 1 : 0;
        expect([line, starts]).toEqual([line, false]);
      }),
      { numRuns: 20_000, seed: 1_123 },
    );
    expect(started).toBe(0);
  }, 120_000);
});
