/** The table of claims (test/domain/claim/table.ts) once more, said over HTTP and looked into on real parts. */
import { CLAIM_TABLE } from '../domain/claim/table';
import type { TableEntry } from '../domain/claim/table-entry';
import type { Verdict } from '../../domain/claim/claim';
import { openRealClaimWorld, type RealClaimWorld } from '../support/real-claim-world';

/** What the described world has and the real one lacks: a look at a file before a plan, and an execution whose outcome nobody knows. */
const REAL = CLAIM_TABLE.filter(({ needs, claim }) => needs !== 'baseline' && claim !== 'docker kill claim-broken succeeded');
/**
 * What systemd's files do not tell: how many replicas there are, and whether what does not run has failed. And what an engine that
 * refuses does not give: an exit code.
 */
const NOT_SEEN = /\breplicas\b|in a failed state|^(?:docker start claim-ghost|execution e-2) exited with code 1$/;
/** The ghost was looked at before it was started here, so that its end is seen. */
const EXPECTED: Readonly<Record<string, Verdict>> = {
  'I removed the container claim-ghost': 'TRUE',
  // One database is registered here, and it lists that table: then there is no question which one is meant.
  'table orders has 42 rows': 'TRUE',
};
const AT_ONCE = 8;

describe('the table of claims over a real world', () => {
  let world: RealClaimWorld;
  beforeAll(async () => {
    world = await openRealClaimWorld();
  });
  afterAll(() => world?.close());

  it('gives each claim of files, processes, ports, HTTP, containers, images, networks, volumes, commits and executions its verdict', async () => {
    const results: (TableEntry & { readonly got: string; readonly why_not: string })[] = [];
    const left = [...REAL];
    const worker = async (): Promise<void> => {
      for (let entry = left.shift(); entry !== undefined; entry = left.shift()) {
        const { status, body } = await world.stack.call('POST', '/verify', world.stack.agent_key, { claim: world.text(entry.claim) });
        // What is refused before anybody looks has no verdict, which is as good as UNVERIFIABLE.
        const got = status === 200 ? String(body['verdict']) : status < 500 && status !== 429 ? 'UNVERIFIABLE' : `fault ${String(status)}`;
        results.push({ ...entry, got, why_not: `${String(body['details'] ?? body['error'])} ${JSON.stringify((body['probes'] as readonly object[] | undefined)?.map((probe) => ({ ...probe, at: undefined })) ?? [])}` });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));

    const wrong = results.filter(({ claim, expect: expected, got }) => got !== (NOT_SEEN.test(claim) ? 'UNVERIFIABLE' : (EXPECTED[claim] ?? expected)));
    const benign = results.filter(({ expect: expected }) => expected === 'TRUE');
    const coverage = benign.filter(({ got }) => got !== 'UNVERIFIABLE').length / benign.length;
    console.log(
      [
        `claims on real parts ${String(results.length)} of ${String(CLAIM_TABLE.length)}, benign ${String(benign.length)}: ` +
          `false TRUE ${String(wrong.filter(({ got }) => got === 'TRUE').length)}, false FALSE ${String(wrong.filter(({ got }) => got === 'FALSE').length)}, ` +
          `coverage ${coverage.toFixed(3)}, accuracy ${(1 - wrong.length / results.length).toFixed(3)}`,
        ...wrong.map(({ claim, expect: expected, got, why_not }) => `  ${got} for ${expected}: ${claim.slice(0, 90)} [${why_not.slice(0, 400)}]`),
      ].join('\n'),
    );
    expect(results.length).toBeGreaterThanOrEqual(500);
    expect(wrong).toEqual([]);
  }, 240_000);
});
