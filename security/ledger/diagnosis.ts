/**
 * What was done to a chain that does not verify. Only rows that are unsound come here, so an honest ledger pays nothing.
 *
 * A stored hash is a witness of what its row was: it tells the number, the content and the predecessor that were hashed. An
 * edited row fails it; a renumbered one fits under its old number; two whose contents were swapped fit each other's; and
 * when somebody hashed a row anew, the next row still names the hash that was there before.
 */
import type { LedgerRow } from '../../domain/ledger/entry';
import { bodyHash, ledgerHashOver } from './hash';

/**
 * EDITED: a row is not what was hashed. DELETED: rows are missing. INSERTED: rows were put in. REORDERED: rows or their
 * contents changed places. MALFORMED: not a row at all. TAIL_CUT: a checkpoint has seen more rows. REWRITTEN: the chain fits
 * in itself but not to a checkpoint. FORKED: genuine checkpoints of two histories. CHECKPOINT_FORGED: a checkpoint that
 * nobody of us signed.
 */
export type FindingKind = 'EDITED' | 'DELETED' | 'INSERTED' | 'REORDERED' | 'MALFORMED' | 'TAIL_CUT' | 'REWRITTEN' | 'FORKED' | 'CHECKPOINT_FORGED';

export interface LedgerFinding {
  readonly kind: FindingKind;
  /** The first row that it concerns. */
  readonly seq: number | null;
  readonly message: string;
}

export interface Diagnosis {
  /** Rows are missing, added, moved or hashed anew: a root over them says nothing that is not known already. */
  readonly isDisarranged: boolean;
  readonly isEmpty: boolean;
  /** Of the last row that was shown, the number that it was hashed under. */
  readonly lastOriginal: number | null;
  /** @param previous the row before; `hash` is what the row's hash should be */
  unsound(row: LedgerRow, hash: string, previous: LedgerRow | null): void;
  malformed(after: number): void;
  /** @param anchored how many of the first rows are under a genuine root */
  findings(anchored: number): readonly LedgerFinding[];
}

// One cause has many symptoms; what is kept and tried is bounded, however long a hostile export is.
const MOST_EDITED = 20;
const MOST_MOVED = 1_000;
const MOST_GAPS = 20;
const REACH = 64;
const SEARCHES = 200;

interface Suspect {
  readonly row: LedgerRow;
  /** The row that names another predecessor; null when the row's own hash does not fit. */
  readonly accuser: number | null;
}

export function createDiagnosis(): Diagnosis {
  const found: LedgerFinding[] = [];
  const edited: Suspect[] = [];
  const moved = new Map<number, number>();
  const gaps: { from: number; to: number }[] = [];
  let searches = SEARCHES;
  let shift = 0;
  let disarranged = false;
  let lastOriginal: number | null = null;
  /** The row before cannot be blamed for what this one says of it: it was unsound itself. */
  let blamed: LedgerRow | null = null;

  const note = (kind: FindingKind, seq: number, message: string): void => {
    if (found.length < MOST_EDITED) found.push({ kind, seq, message });
  };

  const suspect = (row: LedgerRow, accuser: number | null): void => {
    if (edited.length < MOST_EDITED && !edited.some(({ row: known }) => known.seq === row.seq)) edited.push({ row, accuser });
  };

  /** The number under which it was hashed, if it is near. */
  const originalOf = (row: LedgerRow): number | null => {
    const body = bodyHash(row.body);
    const fits = (seq: number): boolean => seq > 0 && ledgerHashOver({ ...row, seq }, body) === row.hash;
    if (shift !== 0 && fits(row.seq + shift)) return row.seq + shift;
    if (searches === 0) return null;
    searches -= 1;
    for (let distance = 1; distance <= REACH; distance += 1) {
      for (const seq of [row.seq + distance, row.seq - distance]) {
        if (!fits(seq)) continue;
        shift = seq - row.seq;
        return seq;
      }
    }
    return null;
  };

  /** A number that was passed already: late, when it was missed; else there twice. */
  const outOfTurn = (row: LedgerRow): void => {
    disarranged = true;
    const at = gaps.findIndex(({ from, to }) => from <= row.seq && row.seq <= to);
    const gap = gaps[at];
    if (gap === undefined) {
      note('INSERTED', row.seq, row.seq < 1 ? `a row has the number ${String(row.seq)}, and the first is 1` : `row ${String(row.seq)} is there twice`);
      return;
    }
    const rest = [{ from: gap.from, to: row.seq - 1 }, { from: row.seq + 1, to: gap.to }].filter(({ from, to }) => from <= to);
    gaps.splice(at, 1, ...rest);
    note('REORDERED', row.seq, `row ${String(row.seq)} comes later than the rows after it`);
  };

  const unsound = (row: LedgerRow, hash: string, previous: LedgerRow | null): void => {
    const last = previous?.seq ?? 0;
    lastOriginal = row.seq;
    if (row.seq <= last) {
      blamed = previous;
      outOfTurn(row);
      return;
    }
    const skipped = row.seq > last + 1;
    if (skipped) {
      disarranged = true;
      if (gaps.length < MOST_GAPS) gaps.push({ from: last + 1, to: row.seq - 1 });
    }
    if (hash === row.hash) {
      if (skipped || (previous !== null && blamed === previous)) {
        // What this row says of the one before is explained. A hash that was replaced by a wrong one disarranges the tree too.
        disarranged = true;
        return;
      }
      // It is whole, and names another predecessor: that one was hashed anew after this was written.
      disarranged = true;
      suspect(previous ?? row, previous === null ? null : row.seq);
      return;
    }
    blamed = row;
    const original = originalOf(row);
    if (original === null) {
      suspect(row, null);
      return;
    }
    disarranged = true;
    lastOriginal = original;
    if (moved.size < MOST_MOVED) moved.set(row.seq, original);
  };

  return {
    get isDisarranged() {
      return disarranged;
    },
    get isEmpty() {
      return found.length + edited.length + moved.size + gaps.length === 0 && !disarranged;
    },
    get lastOriginal() {
      return lastOriginal;
    },
    unsound,
    malformed(after) {
      disarranged = true;
      note('MALFORMED', after + 1, `what follows row ${String(after)} is not a row`);
    },
    findings(anchored) {
      const shifts = explainMoved(moved);
      const wasPut = (seq: number | null): boolean => seq !== null && shifts.some(({ kind, seq: from, to }) => kind === 'INSERTED' && from <= seq && seq <= to);
      const missing = gaps.map(({ from, to }): LedgerFinding => ({ kind: 'DELETED', seq: from, message: `${rows(from, to)} missing` }));
      const suspects = edited.filter(({ row, accuser }) => !wasPut(row.seq) && !wasPut(accuser));
      // A row whose hash is under a genuine root was not hashed anew: who says so was put there.
      const isGenuine = ({ row, accuser }: Suspect): boolean => accuser !== null && row.seq <= anchored;
      const guilty = suspects.filter((one) => !isGenuine(one)).map(({ row }) => row);
      const liars = suspects.filter((one) => isGenuine(one) && !guilty.some(({ seq }) => seq === one.accuser)).map(
        ({ row, accuser }): LedgerFinding => ({ kind: 'INSERTED', seq: accuser, message: `row ${String(accuser)} does not follow from row ${String(row.seq)}, which is genuine` }),
      );
      return [...found, ...missing, ...shifts.map(({ kind, seq, message }) => ({ kind, seq, message })), ...explainEdited(guilty), ...liars]
        .sort((one, other) => (one.seq ?? 0) - (other.seq ?? 0))
        .slice(0, MOST_EDITED);
    },
  };
}

/** Numbers that changed among themselves are rows that changed places; a whole stretch that moved has lost or gained rows. */
function explainMoved(moved: ReadonlyMap<number, number>): readonly (LedgerFinding & { readonly seq: number; readonly to: number })[] {
  const found: (LedgerFinding & { readonly seq: number; readonly to: number })[] = [];
  const seen = new Set<number>();
  let before: { readonly seq: number; readonly distance: number } | null = null;
  for (const [start, original] of moved) {
    const distance = original - start;
    const cycle = cycleOf(moved, start);
    if (cycle !== null) {
      if (!seen.has(start)) found.push({ kind: 'REORDERED', seq: Math.min(...cycle), to: Math.max(...cycle), message: `rows ${[...cycle].sort((a, b) => a - b).join(', ')} changed places` });
      for (const seq of cycle) seen.add(seq);
    } else if (before === null || before.distance !== distance || before.seq !== start - 1) {
      const step = distance - (before !== null && before.seq === start - 1 ? before.distance : 0);
      if (step > 0) found.push({ kind: 'DELETED', seq: start, to: start, message: `${String(step)} of the rows before what is now row ${String(start)} ${step === 1 ? 'is' : 'are'} missing, and the rest was numbered anew` });
      else found.push({ kind: 'INSERTED', seq: start + step, to: start - 1, message: `${rows(start + step, start - 1)} put in, and the rest was numbered anew` });
    }
    if (cycle === null) before = { seq: start, distance };
  }
  return found;
}

function cycleOf(moved: ReadonlyMap<number, number>, start: number): readonly number[] | null {
  const cycle: number[] = [];
  for (let at: number | undefined = start; at !== undefined && cycle.length <= moved.size; at = moved.get(at)) {
    if (at === start && cycle.length > 0) return cycle;
    cycle.push(at);
  }
  return null;
}

/** A row whose hash fits when it takes another's content or number did not change by itself. */
function explainEdited(edited: readonly LedgerRow[]): readonly LedgerFinding[] {
  const swapped = new Map<number, number>();
  for (const row of edited) {
    const other = edited.find((one) => one !== row && fitsAs(row, one));
    if (other !== undefined) swapped.set(row.seq, other.seq);
  }
  const partners = new Set(swapped.values());
  return edited.flatMap((row): LedgerFinding[] => {
    const other = swapped.get(row.seq);
    if (other !== undefined) return other > row.seq || swapped.get(other) !== row.seq ? [{ kind: 'REORDERED', seq: Math.min(row.seq, other), message: `what row ${String(row.seq)} was is now in row ${String(other)}` }] : [];
    if (partners.has(row.seq)) return [];
    return [{ kind: 'EDITED', seq: row.seq, message: `the content of row ${String(row.seq)} (${printable(row.kind)}) is not what was hashed when it was written` }];
  });
}

function fitsAs(row: LedgerRow, { tenant, kind, body, at, seq }: LedgerRow): boolean {
  if (ledgerHashOver({ ...row, seq }, bodyHash(row.body)) === row.hash) return true;
  const theirs = bodyHash(body);
  return [row, { ...row, tenant, kind }, { ...row, tenant, kind, at }].some((form) => ledgerHashOver(form, theirs) === row.hash);
}

const rows = (from: number, to: number): string => (from === to ? `row ${String(from)} is` : `rows ${String(from)} to ${String(to)} are`);

/** An export may come from anybody, and its report goes to a terminal. */
const printable = (kind: string): string => (/^[a-z_.]{1,40}$/.test(kind) ? kind : 'of a kind that does not exist');
