/** The words after `npm run bench --`. */
import { parseArgs } from 'node:util';

export interface BenchArguments {
  /** Null: every row. */
  readonly only: readonly string[] | null;
  readonly size: 'quick' | 'normal' | 'full';
  readonly floorVsFloor: boolean;
  /** Where the figures go for machines. */
  readonly json: string | null;
  /** Write docs/performance.md, its plot and its JSON anew; what is not measured now stays. */
  readonly docs: boolean;
  readonly help: boolean;
}

export const HELP = `npm run bench -- [options]

  --only B1,B5       these rows alone; parts is what a request costs by part, growth how it grows
  --quick            few rounds and small worlds, without parts and growth: about 3 minutes on 2 idle cores
  --full             as many pending approvals and ledger rows as docs/performance.md speaks of
  --floor-vs-floor   the floor against itself: every ratio has to be near 1, or the instrument is unsound
  --json FILE        the figures as JSON
  --docs             also into docs/performance.md, docs/performance.json and the plot; what is not measured now stays
`;

/** @throws TypeError for a word that is not understood */
export function readArguments(words: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...words],
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean' },
      full: { type: 'boolean' },
      'floor-vs-floor': { type: 'boolean' },
      json: { type: 'string' },
      docs: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values['floor-vs-floor'] === true && values.docs === true) throw new TypeError('--floor-vs-floor measures the instrument; its figures are none for --docs');
  if (values.quick === true && values.full === true) throw new TypeError('--quick and --full exclude each other');
  return {
    only: values.only === undefined ? null : values.only.split(',').map((id) => id.trim()),
    size: values.quick === true ? 'quick' : values.full === true ? 'full' : 'normal',
    floorVsFloor: values['floor-vs-floor'] === true,
    json: values.json ?? null,
    docs: values.docs === true,
    help: values.help === true,
  };
}
