/** What people and agents really type, line by line, against the policy as it is installed: nothing is registered in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePolicyFile } from '../../../contracts/policy-file';
import { classifyLine, type Judged } from '../../../clients/cli/policy-try/classify-line';

const policy = parsePolicyFile(readFileSync(join(__dirname, '../../../policy/default.yaml'), 'utf8'));
const options = { policy, environment: 'dev', worker: 'agent-1', home: '/home/eve', now: Date.parse('2026-12-01T12:00:00Z') };
/** Made here, so that no file holds what looks like a key. */
const SECRET = `sk_${'live'}_${'4eC39HqLyjWDarjtT1zdp7dc'}`;

interface Wish {
  readonly wish: Judged['outcome'];
  readonly line: string;
}

const readWishes = (file: string): readonly Wish[] =>
  readFileSync(join(__dirname, '../../domain/command/data', file), 'utf8')
    .split('\n')
    .filter((line) => /^(?:run|ask|never)\t/.test(line))
    .map((line) => {
      const tab = line.indexOf('\t');
      return { wish: line.slice(0, tab) as Wish['wish'], line: line.slice(tab + 1).replaceAll('@SECRET', SECRET) };
    });

const judge = (line: string): Judged => classifyLine(line, '/srv/shop', options).judged;

describe.each(['forms.txt', 'lines.txt'])('the lines of %s', (file) => {
  it.each(readWishes(file).map(({ wish, line }) => [line, wish] as const))('%s: %s', (line, wish) => {
    const { outcome, code, reason } = judge(line);
    expect(`${outcome}${outcome === wish ? '' : ` (${code}: ${reason})`}`).toBe(wish);
  });
});
