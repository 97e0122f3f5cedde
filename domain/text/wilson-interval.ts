/**
 * The interval in which a rate lies with 95 per cent confidence (E. B. Wilson, 1927): honest for few claims, where "1 of 1" says
 * little. Null for no claims at all.
 */
const Z = 1.959963984540054;

export interface Interval {
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

export function wilsonInterval(hits: number, total: number): Interval | null {
  if (total <= 0) return null;
  const rate = hits / total;
  const z2 = Z * Z;
  const middle = rate + z2 / (2 * total);
  const spread = Z * Math.sqrt((rate * (1 - rate) + z2 / (4 * total)) / total);
  const scale = 1 + z2 / total;
  return { rate, low: Math.max(0, (middle - spread) / scale), high: Math.min(1, (middle + spread) / scale) };
}
