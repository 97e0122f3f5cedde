import { wilsonInterval } from '../../../domain/text/wilson-interval';

describe('the Wilson interval', () => {
  // 81 of 263 is the example of Newcombe (Statistics in Medicine 17, 1998): 0.2553 to 0.3662. The others were computed by another program.
  it.each([
    [0, 10, 0, 0.2775328],
    [10, 10, 0.7224672, 1],
    [1, 1, 0.2065493, 1],
    [5, 10, 0.2365931, 0.7634069],
    [81, 263, 0.2552885, 0.3662096],
    [950, 1000, 0.9346862, 0.9618697],
  ])('of %d in %d is from %d to %d', (hits, total, low, high) => {
    const interval = wilsonInterval(hits, total);
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
    expect(interval?.rate).toBeCloseTo(hits / total, 12);
  });

  it('is none for nothing', () => {
    expect(wilsonInterval(0, 0)).toBeNull();
  });
});
