import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { growthPlot, type Growth } from '../../bench/growth-plot';
import { BEGIN, END, mergeRecords, recordText, withinMarks, type BenchRecord } from '../../bench/record';
import { reported, summary, type Reported } from '../../bench/report';
import type { Row } from '../../bench/row';

const row = (id: string): Row => ({ id, subject: 'ours', floor: 'bare', better: 'less', target: 1.4, stretch: 1.2, measure: () => Promise.reject(new Error('not here')) });
const measured = (id: string, ratio: number): Reported =>
  reported(row(id), { figure: { ratio, spread: [ratio, ratio], subject: ratio, floor: 1, unit: 'ms', cpu: null, rounds: 5, operations: 10 }, failure: null, size: 'quick', seconds: 1, profile: null });
const failed = (id: string): Reported => reported(row(id), { figure: null, failure: 'no engine | none', size: 'quick', seconds: 1, profile: null });
const record = (...rows: Reported[]): BenchRecord => ({ machine: { CPU: 'one' }, rows, parts: null, growth: null });
const growth: Growth = { at: '', load: 1, points: [{ pending: 10, ledgerRows: 0, request: 10, empty: 10, ratio: 1, spread: [0.9, 1.1] }, { pending: 10_000, ledgerRows: 1_000_000, request: 11, empty: 10, ratio: 1.1, spread: [1, 1.2] }] };

describe('what the bench writes down', () => {
  it('says of each row whether it is within stretch, within target, missed or failed', () => {
    expect([measured('a', 1.2), measured('a', 1.4), measured('a', 1.5), failed('a')].map(({ verdict }) => verdict)).toEqual(['stretch', 'target', 'MISS', 'FAILED']);
    expect(summary([measured('a', 1.1), measured('b', 1.3), measured('c', 2), failed('d')])).toBe('2 of 4 within target, 1 of them within stretch, 1 missed, 1 could not be measured.');
  });

  it('puts a row measured now in the place of the one known, in the order of the table', () => {
    const merged = mergeRecords({ ...record(measured('B1', 9), measured('B3', 3)), growth }, record(measured('B2', 2), measured('B1', 1)), ['B1', 'B2', 'B3']);
    expect(merged.rows.map(({ id, figure }) => [id, figure?.ratio])).toEqual([['B1', 1], ['B2', 2], ['B3', 3]]);
    expect(merged.growth).toBe(growth);
  });

  it('prints a failed row with its reason, in one line of the table', () => {
    expect(recordText(record(failed('B4')))).toContain('FAILED: no engine \\| none');
  });

  it('writes between the marks and nowhere else, and the page of this repository has them', () => {
    expect(withinMarks(`before\n${BEGIN}\nold\n${END}\nafter`, 'new')).toBe(`before\n${BEGIN}\n\nnew\n\n${END}\nafter`);
    expect(() => withinMarks('no marks', 'new')).toThrow(RangeError);
    const page = readFileSync(join(__dirname, '..', '..', 'docs', 'performance.md'), 'utf8');
    expect([page.split(BEGIN), page.split(END)].map(({ length }) => length)).toEqual([2, 2]);
  });

  it('draws every point of growth, and the limit', () => {
    const svg = growthPlot(growth);
    expect(svg.match(/<circle/g)).toHaveLength(2);
    expect([svg.includes('10k pending'), svg.includes('1M rows'), svg.includes('1.15'), svg.includes('NaN')]).toEqual([true, true, true, false]);
  });
});
