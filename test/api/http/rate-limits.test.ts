import { createRateLimits, type RateLimits } from '../../../api/http/rate-limits';

const refused = (limits: RateLimits, who: string): Promise<string> => limits.spend('request', who, 5).then(() => 'taken', (error: { code: string }) => error.code);
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the budget of a minute', () => {
  it('is each caller’s own, and what is beyond it is refused with the time to wait', async () => {
    const limits = createRateLimits();
    expect(await Promise.all(Array.from({ length: 7 }, () => refused(limits, 'a')))).toEqual([...Array.from({ length: 5 }, () => 'taken'), 'RATE_LIMITED', 'RATE_LIMITED']);
    expect(await refused(limits, 'b')).toBe('taken');
    await expect(limits.spend('request', 'a', 5)).rejects.toMatchObject({ code: 'RATE_LIMITED', details: { retry_after_seconds: expect.any(Number) } });
  });

  it('answers late who goes on in spite of refusals, holds a bounded number, and nobody else', async () => {
    const limits = createRateLimits();
    const answered: number[] = [];
    const calls = Array.from({ length: 5 + 10 + 64 + 3 }, (_, index) => refused(limits, 'loud').then((answer) => {
      answered.push(index);
      return answer;
    }));
    await settled();
    // Five are taken and ten refused at once; sixty-four are held; the last three find no place to be held in.
    expect(answered).toHaveLength(5 + 10 + 3);
    expect(answered.filter((index) => index >= 15 && index < 79)).toEqual([]);
    expect(await refused(limits, 'quiet')).toBe('taken');
    expect(await Promise.all(calls)).toEqual([...Array.from({ length: 5 }, () => 'taken'), ...Array.from({ length: 77 }, () => 'RATE_LIMITED')]);
  });
});
