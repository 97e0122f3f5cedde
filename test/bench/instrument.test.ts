import { readArguments } from '../../bench/arguments';
import { cpuMicros, ownCpuMicros } from '../../bench/cpu-time';
import { cpuPerOperation, figureOf, latency, operationsFor, throughput, type Plan } from '../../bench/measure';
import { many, type Side } from '../../bench/side';
import { framesOf } from '../../bench/profile';
import { isMet, type Row } from '../../bench/row';
import { median, quantile, slope } from '../../bench/statistics';

const PLAN: Plan = { rounds: 5, seconds: 0.05, least: 4, most: 8, pids: [] };
const round = (ratio: number, subject = ratio, floor = 1) => ({ ratio, subject, floor, cpu: { subject: 0, floor: 0 } });

describe('the arithmetic of the bench', () => {
  it('takes the middle of an odd number, and between the two of an even one', () => {
    expect([median([9, 1, 5]), median([4, 1, 3, 2]), quantile([1, 2, 3, 4, 5], 0.99)]).toEqual([5, 2.5, expect.closeTo(4.96)]);
    expect(() => median([])).toThrow(RangeError);
  });

  it('draws a line through points that jump', () => {
    expect(slope([[0, 5], [1, 7], [2, 9]])).toBeCloseTo(2);
    expect(slope([[0, 0], [10, 30], [20, 10], [30, 40]])).toBeCloseTo(1);
    expect(() => slope([[1, 1], [1, 2]])).toThrow(RangeError);
  });

  it('is not moved by one round that something else disturbed, and shows it in the spread', () => {
    expect(figureOf([round(1), round(1.1), round(40), round(0.9), round(1)], 'ms', 10)).toMatchObject({ ratio: 1, spread: [0.9, 40], rounds: 5, cpu: null });
  });

  it.each([
    ['a slow one the least', 10, 4],
    ['a fast one the most', 0.0001, 8],
    ['one between as many as fit, evenly for both halves', 0.002, 6],
  ])('gives %s', (_, secondsEach, operations) => {
    expect(operationsFor(PLAN, secondsEach)).toBe(operations);
  });

  it('meets a target that is a most, and one that is a least', () => {
    const less = { better: 'less' } as Row;
    const more = { better: 'more' } as Row;
    expect([isMet(less, 1.4, 1.4), isMet(less, 1.41, 1.4), isMet(more, 2, 2), isMet(more, 1.99, 2)]).toEqual([true, false, true, false]);
  });

  it('names the functions that spend the time, without what was idle', () => {
    const node = (functionName: string, hitCount: number) => ({ callFrame: { functionName, url: 'file:///x/node_modules/pg/lib/a.js', lineNumber: 4 }, hitCount });
    expect(framesOf([node('parse', 1), node('(idle)', 90), node('bind', 2), node('parse', 1)], 1)).toEqual([{ name: 'parse', place: 'pg/lib/a.js:5', share: 0.5 }]);
  });

  it('counts CPU time of this process, and of another by its number', () => {
    const before = ownCpuMicros();
    let sum = 0;
    for (let index = 0; index < 2_000_000; index += 1) sum += Math.sqrt(index);
    expect([sum > 0, ownCpuMicros() > before, cpuMicros([process.pid]) > cpuMicros([])]).toEqual([true, true, true]);
  });
});

describe('the order of subject and floor', () => {
  const recorded = (): { readonly order: string[]; readonly side: (name: string) => Side } => {
    const order: string[] = [];
    return { order, side: (name) => ({ once: () => Promise.resolve(void order.push(name)) }) };
  };

  it('alternates operation by operation, and each follows the other kind as often', async () => {
    const { order, side } = recorded();
    await latency(side('s'), side('f'), { ...PLAN, most: 4 });
    expect(order.slice(0, 8).join('')).toBe('sffsfssf');
    expect(order.filter((name) => name === 's')).toHaveLength(order.length / 2);
  });

  it('alternates block by block where many run at once', async () => {
    const { order, side } = recorded();
    const figure = await throughput(side('s'), side('f'), { ...PLAN, most: 4, concurrency: 2 });
    expect([order.slice(0, 8).join(''), order.slice(8, 16).join('')]).toEqual(['ffssssff', 'ssffffss']);
    expect([figure.rounds, figure.operations]).toEqual([5, 4]);
  });

  it('judges by CPU time what waits without working', async () => {
    const waits: Side = { once: () => new Promise((done) => setTimeout(done, 3)) };
    // Far more than the other threads of a test process use up while the other side waits.
    const works: Side = { once: () => new Promise((done) => {
      for (const from = ownCpuMicros(); ownCpuMicros() - from < 30_000; );
      done();
    }) };
    const figure = await cpuPerOperation(waits, works, { ...PLAN, concurrency: 1 });
    expect(figure.ratio).toBeLessThan(0.7);
  });

  it('asks each side to make what its operations use up', async () => {
    let left = 0;
    const uses: Side = {
      prepare: (operations) => Promise.resolve(void (left += operations)),
      once: () => ((left -= 1) < 0 ? Promise.reject(new Error('nothing was prepared')) : Promise.resolve()),
    };
    await latency(uses, uses, PLAN);
    await throughput(uses, uses, { ...PLAN, concurrency: 4 });
    expect(left).toBe(0);
  });

  it('does as many as it was told, however many lanes there are', async () => {
    let count = 0;
    await many({ once: () => Promise.resolve(void (count += 1)) }, 7, 64);
    expect(count).toBe(7);
  });
});

describe('the words after npm run bench', () => {
  it('are rows, a size and a file', () => {
    expect(readArguments(['--only', 'B1, B5', '--quick', '--json', 'a.json'])).toMatchObject({ only: ['B1', 'B5'], size: 'quick', json: 'a.json', floorVsFloor: false });
    expect(readArguments([])).toMatchObject({ only: null, size: 'normal', json: null });
  });

  it.each([[['--quick', '--full']], [['--fast']], [['B1']]])('are refused when they make no sense: %j', (words) => {
    expect(() => readArguments(words)).toThrow(/option|argument|exclude/);
  });
});
