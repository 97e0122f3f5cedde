/**
 * What each kind of probe reports, by name: the contract between the probers (which write `Observation.seen`) and judge.ts
 * (which reads it). A fact that could not be found out is left out or null, never guessed; a rule that needs it says UNVERIFIABLE.
 * Times are UTC ISO-8601. A look that failed as a whole is `blind`, not `exists: false`.
 */
import type { Observation, Probe } from './claim';

/** Why a wanted fact is null, beside it: TOO_LARGE, TIMED_OUT, UNREADABLE, CHANGED or NOT_APPLICABLE. */
type Unknown = { readonly [Fact in 'sha256' | 'lines' | 'entries' as `${Fact}_unknown`]?: string };

export interface Facts {
  /** `type` is what the path itself resolves to inside the roots; `entries`, `files`, `directories` count one level, dotfiles too. */
  readonly file: Unknown & {
    exists: boolean;
    type?: 'file' | 'directory';
    size?: number;
    mode?: string;
    /** Names, or numbers where the host knows no name. */
    owner?: string;
    group?: string;
    /** Lines that hold the literal that was asked for, and whether the first one begins with it. */
    literal_lines?: number | null;
    literal_first?: boolean | null;
    /** Lines that set the key that was asked for, and those that set it to the value that was asked for. Never a value. */
    settings?: number | null;
    settings_equal?: number | null;
    links?: number;
    sha256?: string | null;
    /** With a last one that has no line feed; `line_feeds` as wc(1) counts. */
    lines?: number | null;
    line_feeds?: number;
    entries?: number | null;
    files?: number | null;
    directories?: number | null;
    /** Birth, last write, last change of the inode. */
    created_at?: string | null;
    modified_at?: string | null;
    changed_at?: string | null;
  };
  /** Processes whose name (comm or base name of argv[0]) is the one asked for, or the pid. `complete` false: not all were visible. `started_at` where there is one alone. */
  readonly process: { count: number; complete: boolean; pids: readonly string[]; started_at: string | null };
  readonly port: { listening: boolean; addresses?: readonly string[]; process?: string };
  /** `responded` false is a connection that was refused or broken, or an answer that is not HTTP. Redirects are not followed. */
  readonly http: { responded: boolean; reason?: 'REFUSED' | 'CLOSED' | 'PROTOCOL'; status?: number; redirect?: boolean; location?: string; body_holds?: boolean; bytes?: number; complete?: boolean; sha256?: string | null };
  /** `image` is the reference it was made from; `ports` are published host ports as text ("8080"). */
  readonly container: {
    exists: boolean;
    id?: string;
    image?: string;
    image_id?: string;
    state?: string;
    health?: string;
    exit_code?: number;
    started_at?: string;
    finished_at?: string;
    created_at?: string;
    restarts?: number;
    ports?: readonly string[];
    /** "127.0.0.1:18138->8025": where a published port leads. */
    mapped?: readonly string[];
    networks?: readonly string[];
  };
  /** `running` and `containers` count the containers made from it, running ones and all. */
  readonly image: {
    exists: boolean;
    id?: string;
    size?: number;
    created_at?: string;
    running?: number;
    containers?: number;
  };
  readonly network: {
    exists: boolean;
    id?: string;
    driver?: string;
    created_at?: string;
    containers?: readonly string[];
  };
  readonly volume: { exists: boolean; driver?: string; created_at?: string };
  /** `state`: active, inactive, failed, activating, or not_running where no more is known than that. `instances`: replicas of it. */
  readonly service: { exists: boolean; state?: string | null; enabled?: boolean; instances?: number; started_at?: string };
  readonly package: { exists: boolean; version?: string | null; manager?: string };
  /** `branches` are those that hold the commit, all of them; `revision` in full. `head` is what is checked out, `branch` its name. */
  readonly commit: { exists: boolean; revision?: string; branches?: readonly string[] | null; committed_at?: string | null; branch?: string | null; head?: string | null; remotes?: readonly string[] | null; subject?: string };
  readonly rows: { exists: boolean; count?: number; columns?: readonly string[] };
  /** Not probed: judged by the ledger's rows (JudgeContext.executions). */
  readonly execution: Record<string, never>;
}

type SeenValue = Extract<Observation, { seen: unknown }>['seen'][string];

/** One fact, typed by what the reader expects; undefined if it is missing, null or of another type. Probers are other machines. */
export function numberOf(observation: Observation, name: string): number | undefined {
  const value = valueOf(observation, name);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function textOf(observation: Observation, name: string): string | undefined {
  const value = valueOf(observation, name);
  return typeof value === 'string' ? value : undefined;
}

export function flagOf(observation: Observation, name: string): boolean | undefined {
  const value = valueOf(observation, name);
  return typeof value === 'boolean' ? value : undefined;
}

export function listOf(observation: Observation, name: string): readonly string[] | undefined {
  const value = valueOf(observation, name);
  return Array.isArray(value) ? (value as readonly string[]) : undefined;
}

function valueOf(observation: Observation, name: string): SeenValue | undefined {
  return 'seen' in observation && Object.hasOwn(observation.seen, name) ? observation.seen[name] : undefined;
}

/** Two probes that look at the same thing; what is wanted of a file may differ. */
export function isSameTarget(a: Probe, b: Probe): boolean {
  return targetKey(a) === targetKey(b);
}

/** Whether the look `seen` was after everything that `wanted` is after. */
export function wantsAll(seen: Probe, wanted: Probe): boolean {
  return seen.kind !== 'file' || wanted.kind !== 'file' || wanted.want.every((fact) => seen.want.includes(fact));
}

function targetKey(probe: Probe): string {
  const { kind, ...rest } = probe;
  const entries = Object.entries(rest).filter(([name, value]) => name !== 'want' && value !== undefined);
  return JSON.stringify([kind, ...entries.sort(([a], [b]) => (a < b ? -1 : 1))]);
}
