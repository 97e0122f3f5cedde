/** `npm run attacks`: every entry of the file against the product as it runs, and what each of them came to. */
import { readAttackFile, readAttackFixture, type AttackEntry, type AttackFixture } from './attack-file';
import { openClaimWorld, type ClaimFixture, type ClaimWorld } from './claim-world';
import { runClaimEntry } from './run-claim';
import { runCommandEntry } from './run-command';
import { runHttpEntry } from './run-http';
import { runInstructionEntry } from './run-instruction';
import { runTokenEntry } from './run-token';
import { unknownMacro } from './unknown-macro';
import { openAttackWorld, type AttackWorld } from './world';

type Judge = (entry: AttackEntry, world: AttackWorld) => Promise<string | null>;

const JUDGES: Readonly<Record<string, Judge>> = { command: runCommandEntry, instruction: runInstructionEntry, token: runTokenEntry, http: runHttpEntry };
/** Judged by suites of their own. */
const ELSEWHERE = ['telegram', 'claim'];

const fixture = readAttackFixture();
const entries = readAttackFile();
const isBenign = ({ expect: wanted }: AttackEntry): boolean => wanted === 'allow';

describe('the attack file, end to end', () => {
  let world: AttackWorld;
  const differing: string[] = [];
  const counts = new Map<string, { readonly hostile: [number, number]; readonly benign: [number, number] }>();

  beforeAll(async () => {
    world = await openAttackWorld(fixture, entries);
  }, 300_000);
  afterAll(async () => {
    await world?.close();
    for (const line of differing) process.stdout.write(`DIFFERS ${line}\n`);
    for (const [kind, { hostile, benign }] of counts) process.stdout.write(`${kind}: hostile stopped ${hostile.join('/')}, benign passed ${benign.join('/')}\n`);
  }, 60_000);

  const tell = async (entry: AttackEntry): Promise<string | null> => {
    const judge = JUDGES[entry.kind];
    if (judge === undefined) return `no runner knows the kind ${entry.kind}`;
    const macro = unknownMacro(entry.input, Object.keys(fixture.approvals));
    if (macro !== null) return `no runner knows the macro ${macro}`;
    return judge(entry, world).catch((error: unknown) => `the entry could not be judged: ${String(error)}`);
  };
  const judgeAll = async (chosen: readonly AttackEntry[]): Promise<readonly string[]> => {
    const wrong: string[] = [];
    for (const entry of chosen) {
      const told = await tell(entry);
      if (told !== null) wrong.push(`${entry.id} ${entry.kind} (${entry.why}): ${told}`);
      for (const kind of [entry.kind, 'all']) {
        const count = counts.get(kind) ?? { hostile: [0, 0], benign: [0, 0] };
        // `all` goes to the end of the list.
        counts.delete(kind);
        counts.set(kind, count);
        const share = isBenign(entry) ? count.benign : count.hostile;
        share[1] += 1;
        if (told === null) share[0] += 1;
      }
    }
    differing.push(...wrong);
    return wrong;
  };

  it.each(Object.keys(JUDGES))('%s: every hostile entry is stopped and every benign one passes', async (kind) => {
    expect(await judgeAll(entries.filter((entry) => entry.kind === kind))).toEqual([]);
  }, 400_000);

  it('has no entry of a kind that nobody judges', async () => {
    expect(await judgeAll(entries.filter(({ kind }) => !(kind in JUDGES) && !ELSEWHERE.includes(kind)))).toEqual([]);
  });

  it.each<readonly [string, AttackEntry['input'], string]>([
    ['command', { approved: ['docker version'], command: 'docker version' }, 'reject'],
    ['command', { approved: ['docker version'], command: 'docker images' }, 'allow'],
    ['instruction', { instruction: 'Just do it.' }, 'allow'],
    ['token', {}, 'reject'],
    ['token', { key: 'attacker' }, 'allow'],
    ['token', { sequence: ['use', 'use'], accepted: 2 }, 'reject'],
    ['http', { method: 'GET', path: '/health', auth: 'none' }, 'reject'],
    ['http', { method: 'GET', path: '/metrics', auth: 'none' }, 'allow'],
  ])('would tell if a hostile entry passed or a benign one was stopped: %s %j', async (kind, input, wrong) => {
    expect(await tell({ id: 'X', category: '', why: '', kind, input, expect: wrong })).toMatch(/^(?!the entry could not be judged|no runner)./);
  }, 60_000);

  it('names what it does not understand', async () => {
    const entry = { id: 'X', category: '', why: '', expect: 'reject' } as const;
    const told = await Promise.all([
      tell({ ...entry, kind: 'smoke-signal', input: {} }),
      tell({ ...entry, kind: 'command', input: { command: '{{spin:x:3}}', approved: [] } }),
      tell({ ...entry, kind: 'token', input: { claims: { exp: '@tomorrow' } } }),
      tell({ ...entry, kind: 'token', input: { sequence: ['use', 'teleport'], accepted: 1 } }),
      tell({ ...entry, kind: 'http', input: { method: 'GET', path: '/', auth: 'agent:nobody@acme' } }),
      tell({ ...entry, kind: 'command', input: { command: 'docker ps', approved: [], moonPhase: 'full' } }),
    ]);
    expect(told.map((text) => /smoke-signal|spin|tomorrow|teleport|nobody|moonPhase/.exec(String(text))?.[0])).toEqual(['smoke-signal', 'spin', 'tomorrow', 'teleport', 'nobody', 'moonPhase']);
  }, 60_000);
});

const claimFixture = fixture as AttackFixture & { readonly claims: ClaimFixture };
const claimEntries = entries.filter(({ kind }) => kind === 'claim');

/** In this file, after the others: both take the fixture's names on the one engine. */
describe('claims of the attack file, end to end', () => {
  let claims: ClaimWorld;
  beforeAll(async () => {
    claims = await openClaimWorld(claimFixture);
  }, 300_000);
  afterAll(() => claims?.close(), 60_000);

  it('come out as expected: no hostile one TRUE, every benign one right', async () => {
    const wrong: string[] = [];
    const counts = { hostile: [0, 0], benign: [0, 0] };
    for (const entry of claimEntries) {
      const told = await runClaimEntry(entry, claims).catch((error: unknown) => `the entry could not be judged: ${String(error)}`);
      const count = entry.expect === 'allow' ? counts.benign : counts.hostile;
      count[1] = (count[1] ?? 0) + 1;
      if (told === null) count[0] = (count[0] ?? 0) + 1;
      else wrong.push(`${entry.id} (${entry.why}): ${told}`);
    }
    for (const line of wrong) process.stdout.write(`DIFFERS ${line}\n`);
    process.stdout.write(`claim: hostile stopped ${counts.hostile.join('/')}, benign passed ${counts.benign.join('/')}\n`);
    expect(wrong).toEqual([]);
  }, 400_000);

  it.each([
    ['allow', 'The container ghost is running', /^FALSE/],
    ['unverifiable', 'The container web is running', /^TRUE/],
    ['false', 'Everything works well', /^UNVERIFIABLE/],
    ['reject', 'x', /^answered 200/],
    ['reject', '@sha256-of-nothing', /no runner knows/],
  ])('would tell if it were otherwise: %s %s', async (wanted, claim, told) => {
    expect(await runClaimEntry({ id: 'X', category: '', kind: 'claim', why: '', expect: wanted, input: { tenant: 'acme', worker: 'agent:a1', claim } }, claims)).toMatch(told);
  });
});
