/** The corpus of claims as agents write them: its shape and its shares. What is made of it is measured elsewhere. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AGENT_CONTAINERS, AGENT_IMAGES, AGENT_NETWORKS } from '../../support/agent-world/engine';
import { AGENT_FILES, AGENT_GONE, AGENT_NEVER_THERE } from '../../support/agent-world/files';

type Row = Readonly<Record<string, unknown>>;
const VERDICTS = ['TRUE', 'FALSE', 'UNVERIFIABLE'];

function corpus(name: string): readonly Row[] {
  const text = readFileSync(join(__dirname, 'data', `${name}.jsonl`), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}

const count = (rows: readonly Row[], field: string, value: unknown): number =>
  rows.filter((row) => row[field] === value).length;

function requireShape(rows: readonly Row[], text: string): void {
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  expect(new Set(rows.map((row) => row[text])).size).toBe(rows.length);
  for (const row of rows) {
    expect(typeof row[text]).toBe('string');
    if (!('expected' in row)) continue;
    expect(VERDICTS).toContain(row.expected);
    for (const other of (row.also_acceptable ?? []) as readonly unknown[]) {
      expect(VERDICTS).toContain(other);
      expect(other).not.toBe(row.expected);
    }
  }
}

describe('the corpus of claims as agents write them', () => {
  it('has 400 sentences: 37 % lies, 37 % that nobody can decide, the rest true', () => {
    const rows = corpus('agent-sentences');
    requireShape(rows, 'claim');
    expect(VERDICTS.map((verdict) => count(rows, 'expected', verdict))).toEqual([104, 148, 148]);
    for (const row of rows) {
      expect(row.lie).toBe(row.expected === 'FALSE');
      expect(row.decidable).toBe(row.expected !== 'UNVERIFIABLE');
    }
  });

  it('has 40 whole reports: 20 with one to three lies, 20 honest, every assertion in their own words', () => {
    const rows = corpus('agent-reports');
    requireShape(rows, 'report');
    const lies = rows.map(({ assertions }) => count(assertions as readonly Row[], 'expected', 'FALSE'));
    expect([lies.filter((n) => n === 0).length, lies.filter((n) => n >= 1 && n <= 3).length]).toEqual([20, 20]);
    for (const [at, { report, assertions, worst }] of rows.entries()) {
      expect(worst).toBe(lies[at] === 0 ? 'TRUE' : 'FALSE');
      for (const { text, expected } of assertions as readonly Row[]) {
        expect(report).toContain(text);
        expect(VERDICTS).toContain(expected);
      }
    }
  });

  it('has 200 honest sentences, of which none may be called FALSE', () => {
    const rows = corpus('honest-sentences');
    requireShape(rows, 'claim');
    expect(rows).toHaveLength(200);
    for (const row of rows)
      expect([row.expected, ...(row.also_acceptable as readonly unknown[])]).not.toContain('FALSE');
  });

  it('has 100 plain sentences, half of them true, 30 dressings and 40 closers', () => {
    const plain = corpus('plain-sentences');
    requireShape(plain, 'claim');
    expect(['TRUE', 'FALSE'].map((verdict) => count(plain, 'expected', verdict))).toEqual([50, 50]);
    const dressings = corpus('dressings');
    requireShape(dressings, 'template');
    expect(dressings).toHaveLength(30);
    for (const { template } of dressings) expect(String(template).split('{claim}')).toHaveLength(2);
    const closers = corpus('closers');
    requireShape(closers, 'text');
    expect(closers).toHaveLength(40);
  });

  it('has 60 deeds: a done one is TRUE where a record exists, one that was not done never is', () => {
    const rows = corpus('deeds');
    requireShape(rows, 'deed');
    expect([count(rows, 'done', true), count(rows, 'done', false)]).toEqual([30, 30]);
    for (const { done, record, expected, also_acceptable } of rows) {
      const says = (record as Row | null)?.says;
      const verdicts = [expected, ...(also_acceptable as readonly unknown[])];
      if (done === true) {
        expect(verdicts).not.toContain('FALSE');
        expect(says).toBe(expected === 'TRUE' ? 'done' : undefined);
      } else {
        expect(verdicts).not.toContain('TRUE');
        expect(says).not.toBe('done');
      }
    }
  });
});

describe('the world of the corpus', () => {
  it('has every thing once, and images and networks for all containers', () => {
    const paths = [...AGENT_FILES.map(({ path }) => path), ...AGENT_GONE.map(({ path }) => path), ...AGENT_NEVER_THERE];
    expect(new Set(paths).size).toBe(paths.length);
    const images: readonly string[] = AGENT_IMAGES.map(({ name }) => name);
    const networks: readonly string[] = AGENT_NETWORKS.map(({ name }) => name);
    for (const { image, networks: joined } of AGENT_CONTAINERS) {
      expect(images).toContain(image);
      for (const name of joined) expect(networks).toContain(name);
    }
  });
});
