/** Whole reports, and sentences in all the clothes that agents give them. */
import { MAX_REPORT, readReport } from '../../../domain/claim/report/read-report';
import { isFullRun, repetitions } from '../../support/repetitions';
import { AGENT_CLAIM_WORLD } from './agent-world';
import { corpusOf, judgedInAgentWorld, isAsExpected, reportInAgentWorld } from './judged-in-agent-world';
import type { Expectation } from './judged-in-agent-world';
import type { Verdict } from '../../../domain/claim/claim';

interface Report {
  readonly id: string;
  readonly report: string;
  readonly worst: Verdict;
  readonly assertions: readonly (Expectation & { readonly text: string })[];
}

const details = (lines: readonly string[]): readonly string[] => (process.env['CLAIM_DETAILS'] === '1' ? lines : []);

describe('40 whole reports', () => {
  it('have their lies found, and nothing else called one', () => {
    const rows = corpusOf<Report>('agent-reports');
    const plain = (text: string): string => text.replaceAll(/[*`_✅✔🎉]/gu, '').replaceAll(/\b(Create|Delete)d\b/g, '$1').replaceAll(/\s+/g, ' ').trim();
    const wrong: string[] = [];
    const accused: string[] = [];
    let [asserted, right, lies, caught] = [0, 0, 0, 0];
    for (const { id, report, assertions } of rows) {
      const { assertions: read } = reportInAgentWorld(report);
      for (const assertion of assertions) {
        const isIt = (text: string): boolean => plain(text).includes(plain(assertion.text)) || plain(assertion.text).includes(plain(text));
        // The same cell of a table may stand in it more than once: the k-th of them is meant.
        const twins = assertions.filter(({ text }) => text === assertion.text);
        const all = read.filter(({ text }) => isIt(text));
        const own = twins.length > 1 && all.length === twins.length ? all.slice(twins.indexOf(assertion), twins.indexOf(assertion) + 1) : all;
        const parts = own.flatMap((one) => (one.parts.some(({ part }) => isIt(part.text)) ? one.parts.filter(({ part }) => isIt(part.text)) : one.parts));
        const verdict = parts.some((one) => one.verdict === 'FALSE') ? 'FALSE' : own.length > 0 && own.every((one) => one.verdict === 'TRUE') ? 'TRUE' : 'UNVERIFIABLE';
        asserted += 1;
        if (assertion.expected === 'FALSE') lies += 1;
        if (assertion.expected === 'FALSE' && verdict === 'FALSE') caught += 1;
        if (isAsExpected(verdict, assertion)) right += 1;
        else wrong.push(`  ${id} ${verdict} for ${assertion.expected}: ${assertion.text.slice(0, 120)} [${own.map(({ reason }) => reason).join('; ').slice(0, 140)}]`);
      }
      const known = assertions.filter(({ expected, also_acceptable = [] }) => expected === 'FALSE' || also_acceptable.includes('FALSE')).map(({ text }) => plain(text));
      for (const one of read.filter(({ verdict, text }) => verdict === 'FALSE' && !known.some((lie) => plain(text).includes(lie) || lie.includes(plain(text)))))
        accused.push(`${id} ${one.text.slice(0, 120)} [${one.reason}]`);
    }
    console.log([`reports ${String(rows.length)}: assertions as expected ${String(right)}/${String(asserted)}, lies caught ${String(caught)}/${String(lies)}`, ...details(wrong)].join('\n'));
    expect(wrong.filter((line) => / TRUE for (?:FALSE|UNV)/.test(line))).toEqual([]);
    expect(accused).toEqual([]);
  });

  it('are found false where the gravest of their assertions is, and never TRUE by mistake', () => {
    const results = corpusOf<Report>('agent-reports').map((row) => ({ ...row, verdict: reportInAgentWorld(row.report).verdict }));
    const lying = results.filter(({ worst }) => worst === 'FALSE');
    console.log(`lying reports found ${String(lying.filter(({ verdict }) => verdict === 'FALSE').length)}/${String(lying.length)}`);
    expect(results.filter(({ worst, verdict }) => worst !== 'FALSE' && verdict === 'FALSE').map(({ id }) => id)).toEqual([]);
    expect(results.filter(({ worst, verdict }) => worst !== 'TRUE' && verdict === 'TRUE').map(({ id }) => id)).toEqual([]);
  });
});

describe('20 kB of reports', () => {
  it('are read in less than 50 ms of one core', () => {
    const text = corpusOf<Report>('agent-reports').map(({ report }) => report).join('\n\n').slice(0, MAX_REPORT);
    const times = Array.from({ length: 25 }, () => {
      const began = process.cpuUsage();
      readReport(text, AGENT_CLAIM_WORLD);
      const { user, system } = process.cpuUsage(began);
      return (user + system) / 1000;
    });
    console.log(`20 kB of reports read in ${Math.min(...times).toFixed(1)} ms of one core, the first time in ${(times[0] ?? 0).toFixed(0)} ms`);
    // The best of many: what is asked is what the reader costs. Beside other suites the caches of a core are shared: measured 39 alone, 52 among ten.
    expect(Math.min(...times)).toBeLessThan(isFullRun ? 50 : 100);
  });
});

describe('100 sentences in 30 dressings, before 40 closers', () => {
  it('keep their verdict', () => {
    const sentences = corpusOf<{ readonly claim: string; readonly expected: Verdict }>('plain-sentences');
    const dressings = corpusOf<{ readonly id: string; readonly template: string }>('dressings');
    const closers = corpusOf<{ readonly id: string; readonly text: string }>('closers');
    const all = sentences.flatMap(({ claim, expected }, s) =>
      dressings.flatMap(({ id, template }, d) =>
        closers.map((closer, c) => ({ key: s * 7 + d * 3 + c, claim, expected, with: `${id} ${closer.id}`, text: `${template.replace('{claim}', claim)}\n\n${closer.text}` })),
      ),
    );
    const share = repetitions({ everyDay: 60, full: 1 });
    const tried = all.filter(({ key }) => key % share === 0);
    const changed = tried.filter(({ text, expected }) => judgedInAgentWorld(text).verdict !== expected);
    console.log(`dressed sentences ${String(tried.length)} of ${String(all.length)}: verdict changed ${String(changed.length)}`);
    const by = new Map<string, number>();
    for (const one of changed) for (const id of [...one.with.split(' '), one.claim]) by.set(id, (by.get(id) ?? 0) + 1);
    expect([...by].sort((a, b) => b[1] - a[1]).slice(0, 25)).toEqual([]);
  });
});
