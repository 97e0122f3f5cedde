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
