/** How a request's time grows with what waits and with the ledger, as a table and as a drawing. */

export interface GrowthPoint {
  readonly pending: number;
  readonly ledgerRows: number;
  /** Of an automatic request, p50 in milliseconds, and of the same on an empty system in the same rounds. */
  readonly request: number;
  readonly empty: number;
  readonly ratio: number;
  readonly spread: readonly [number, number];
}

export interface Growth {
  readonly at: string;
  readonly load: number;
  readonly points: readonly GrowthPoint[];
}

export function growthTable({ points, load }: Growth): string {
  return [
    `Growth of an automatic request (load ${load.toFixed(1)}):`, '',
    '| pending | ledger rows | p50 | p50 of an empty system beside it | ratio | spread |', '|---|---|---|---|---|---|',
    ...points.map(({ pending, ledgerRows, request, empty, ratio, spread }) => `| ${String(pending)} | ${String(ledgerRows)} | ${request.toFixed(1)} ms | ${empty.toFixed(1)} ms | ${ratio.toFixed(2)} | ${spread.map((value) => value.toFixed(2)).join(' to ')} |`),
  ].join('\n');
}

const WIDTH = 720;
const HEIGHT = 320;
const LEFT = 60;
const BOTTOM = 50;

/** The ratio over the steps of growth, with its spread, and the line it may not cross. */
export function growthPlot({ points }: Growth): string {
  const highest = Math.max(1.3, ...points.map(({ spread }) => spread[1])) * 1.05;
  const x = (index: number): number => LEFT + ((WIDTH - LEFT - 40) * (index + 0.5)) / points.length;
  const y = (ratio: number): number => HEIGHT - BOTTOM - ((HEIGHT - BOTTOM - 30) * ratio) / highest;
  const rule = (ratio: number, colour: string, label: string): string =>
    `<line x1="${String(LEFT)}" x2="${String(WIDTH - 20)}" y1="${y(ratio).toFixed(1)}" y2="${y(ratio).toFixed(1)}" stroke="${colour}" stroke-dasharray="4 4"/><text x="${String(LEFT - 6)}" y="${(y(ratio) + 4).toFixed(1)}" text-anchor="end">${label}</text>`;
  const marks = points.map(({ pending, ledgerRows, ratio, spread, request }, index) => {
    const at = x(index).toFixed(1);
    return [
      `<line x1="${at}" x2="${at}" y1="${y(spread[0]).toFixed(1)}" y2="${y(spread[1]).toFixed(1)}" stroke="#7a8aa0"/>`,
      `<circle cx="${at}" cy="${y(ratio).toFixed(1)}" r="4" fill="#1d5fbf"><title>${request.toFixed(1)} ms</title></circle>`,
      `<text x="${at}" y="${String(HEIGHT - BOTTOM + 18)}" text-anchor="middle">${short(pending)} pending</text>`,
      `<text x="${at}" y="${String(HEIGHT - BOTTOM + 34)}" text-anchor="middle">${short(ledgerRows)} rows</text>`,
    ].join('');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}" font-family="sans-serif" font-size="11" role="img" aria-label="Time of a request over that of an empty system">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    `<text x="${String(LEFT)}" y="18" font-size="13">p50 of a request over that of an empty system beside it</text>`,
    rule(0, '#222', '0'), rule(1, '#222', '1'), rule(1.15, '#c0392b', '1.15'),
    `<polyline fill="none" stroke="#1d5fbf" points="${points.map(({ ratio }, index) => `${x(index).toFixed(1)},${y(ratio).toFixed(1)}`).join(' ')}"/>`,
    ...marks,
    '</svg>',
  ].join('\n') + '\n';
}

const short = (count: number): string => (count >= 1_000_000 ? `${String(Math.round(count / 100_000) / 10)}M` : count >= 1_000 ? `${String(Math.round(count / 100) / 10)}k` : String(count));
