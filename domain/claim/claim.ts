/**
 * A claim as it is checked: the subject it is about, what it says of it, and when. English is only a way to write one
 * (parse.ts); a model may propose one and no more. What a probe saw is an Observation; a verdict follows from the two by rules
 * (judge.ts), never from anybody's words.
 */
export type ClaimSubject =
  /** `bare`: only a path was written, so a file and a directory both fit. */
  | { readonly kind: 'file' | 'directory'; readonly path: string; readonly bare?: true; readonly described?: Described }
  | { readonly kind: 'process'; readonly name?: string; readonly pid?: number; readonly described?: Described }
  | { readonly kind: 'port'; readonly port: number; readonly address?: string }
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'container' | 'image' | 'network' | 'volume'; readonly name: string; readonly described?: Described }
  | { readonly kind: 'service' | 'package'; readonly name: string; readonly described?: Described }
  | { readonly kind: 'commit'; readonly repository: string; readonly revision: string }
  | { readonly kind: 'rows'; readonly database: string; readonly table: string }
  | { readonly kind: 'execution'; readonly command?: string; readonly execution_id?: string };

/**
 * The name may be no name but a description ("the web container"). `word`: nothing is known by it, so that it is missing proves nothing.
 * `part`: it is a part of the one name that is known (`shop-web-1`), which the evidence then says; enough to bear it out, not to accuse.
 */
export type Described = 'word' | 'part';

/** How the expected value is compared with the seen one. `about` allows 5 per cent, or half a unit of what was written. */
export type Comparison = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'about' | 'contains';

export interface Expected {
  readonly comparison: Comparison;
  readonly value: string | number | boolean;
  /** As written, for people: "3 MB", "5 minutes". */
  readonly text?: string;
  /** Another reading of the same words: 1 KB is 1000 bytes to some and 1024 to others. TRUE or FALSE must hold for both. */
  readonly or?: number;
  /** What is counted, where a directory's entries are: all of them without it. */
  readonly of?: 'files' | 'directories';
  /** What is looked for in a file, or the key whose value is compared. */
  readonly literal?: string;
  /** How fine it was written, in the unit of `value`: "3 MB" is 1000000, "3.2 MB" is 100000. */
  readonly grain?: number;
}

/** What is said of the subject. Which subject takes which is in predicates.ts. */
export type Predicate =
  | 'exists'
  | 'absent'
  | 'created'
  | 'deleted'
  | 'modified'
  | 'has_content'
  | 'empty'
  | 'size'
  | 'sha256'
  | 'lines'
  | 'entries'
  | 'mode'
  | 'age'
  | 'running'
  | 'stopped'
  | 'paused'
  | 'restarted'
  | 'started'
  | 'healthy'
  | 'image'
  | 'restarts'
  | 'publishes'
  | 'instances'
  | 'listening'
  | 'closed'
  | 'responds'
  | 'status_code'
  | 'unreachable'
  | 'version'
  | 'branch'
  | 'count'
  | 'exit_code'
  | 'succeeded'
  | 'failed'
  | 'executed'
  | 'unchanged'
  | 'owner'
  | 'holds'
  | 'lines_with'
  | 'setting'
  | 'redirects'
  | 'answers_with'
  | 'pushed'
  | 'titled'
  | 'points_at'
  | 'member'
  | 'enabled';

export interface TypedClaim {
  readonly subject: ClaimSubject;
  readonly predicate: Predicate;
  readonly expected?: Expected;
  /** The span in which it is said to have happened, UTC ISO-8601; without one, now. */
  readonly time?: { readonly from: string; readonly to: string };
  /** The words it came from, for the evidence. */
  readonly text: string;
  /** Said as something that was done ("I stopped web"), not as a state ("web is stopped"). */
  readonly deed?: true;
  /** `time` is how long the state is said to have lasted, not when something happened. */
  readonly lasting?: true;
  /**
   * The words have a second reading ("/x/notes with spaces.txt": one name, or a file and an attribute). Only what is seen to be there
   * counts: what is missing proves nothing.
   */
  readonly ambiguous?: true;
  /** Read out of a sentence of which not every word was understood: it can be refuted, and never be TRUE. */
  readonly refutes?: true;
}

/** Why words made no part. How far words that weaken reach is in grammar/scope.ts. */
export const UNPARSED_CODES = [
  'EMPTY',
  'TOO_LONG',
  'TOO_MANY_PARTS',
  'HIDDEN_CHARACTER',
  'LOOKALIKE',
  'STRUCTURED',
  'INSTRUCTION',
  'FORGED_VERDICT',
  'QUESTION',
  'FUTURE',
  'HEDGED',
  'CONDITIONAL',
  'NEGATED_ACTION',
  'REPORTED',
  'NON_FACTIVE',
  'ALTERNATIVE',
  'NOT_ASSERTED',
  'RETRACTED',
  'REFERS_BACK',
  'PATH',
  'ADDRESS',
  'TIME',
  'PAST_STATE',
  'SUPERSEDED',
  'NAME_WITHOUT_KIND',
  'NOT_CHECKABLE',
  'NOT_UNDERSTOOD',
] as const;
export type UnparsedCode = (typeof UNPARSED_CODES)[number];

export interface Unparsed {
  readonly text: string;
  readonly code: UnparsedCode;
  /** For people: what could not be understood, and how to say it. */
  readonly reason: string;
}

/** A claim in parts. What could not be turned into a part makes the whole UNVERIFIABLE at best. */
export interface ParsedClaim {
  readonly parts: readonly TypedClaim[];
  readonly unparsed: readonly Unparsed[];
  /** Words that claim nothing ("I hope this helps!", a title): neither read nor missing. */
  readonly aside?: readonly string[];
}

/** What the parser may know of the world. Nothing of it makes a claim true; it settles what a bare word can mean. */
export interface ClaimWorld {
  /** When the claim was made (not when it is checked), UTC ISO-8601: "5 minutes ago" counts from here. */
  readonly now: string;
  readonly registered?: {
    /** Names that are containers, services, processes, ...: only with them "I stopped web" has a subject. */
    readonly containers?: readonly string[];
    /** Compose services with one container each, by the engine's labels. */
    readonly compose?: Readonly<Record<string, string>>;
    /** Other names that lead to one container each, such as those of its networks. */
    readonly aliases?: Readonly<Record<string, string>>;
    readonly services?: readonly string[];
    readonly processes?: readonly string[];
    /** Absolute directories that may be looked into; a path outside of all is refused before any probe. */
    readonly roots?: readonly string[];
    /** Where relative paths of this agent start; without it they are not understood. */
    readonly workspace?: string;
  };
}

/** What is dear to find out about a file, and so only on demand. */
export type FileWant = 'sha256' | 'lines' | 'entries';

/** One read-only look, as data. File, process, port, http, service, package, commit and rows probes are the prober's; the rest the gateway's. */
export type Probe =
  | { readonly kind: 'file'; readonly path: string; readonly want: readonly FileWant[]; readonly literal?: string; readonly key?: string; readonly value?: string }
  | { readonly kind: 'process'; readonly name?: string; readonly pid?: number }
  | { readonly kind: 'port'; readonly port: number; readonly address?: string }
  | { readonly kind: 'http'; readonly url: string; readonly literal?: string }
  | { readonly kind: 'container' | 'image' | 'network' | 'volume'; readonly name: string }
  | { readonly kind: 'service' | 'package'; readonly name: string }
  | { readonly kind: 'commit'; readonly repository: string; readonly revision: string }
  | { readonly kind: 'rows'; readonly database: string; readonly table: string }
  | { readonly kind: 'execution'; readonly command?: string; readonly execution_id?: string };

/**
 * What one probe saw; the names of the facts per kind of probe are those of facts.ts. `seen` are facts, never contents: `{ exists: false }` is evidence, a probe that could not look is `blind` with
 * the reason, and proves nothing either way.
 */
export type Observation =
  | {
      readonly probe: Probe;
      readonly host: string;
      readonly at: string;
      readonly seen: Readonly<Record<string, string | number | boolean | null | readonly string[]>>;
    }
  | {
      readonly probe: Probe;
      readonly host: string;
      readonly at: string;
      readonly blind: { readonly code: string; readonly message: string };
    };

export type Verdict = 'TRUE' | 'FALSE' | 'UNVERIFIABLE';

/** One row of the ledger about an execution of the claim's tenant. */
export interface ExecutionRow {
  readonly execution_id: string;
  /** As it was approved, canonical. */
  readonly command: string;
  readonly outcome: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'UNKNOWN' | 'RUNNING';
  readonly exit_code: number | null;
  readonly started_at: string;
  readonly finished_at: string | null;
}

/** What a part is judged by, besides the observations made now. */
export interface JudgeContext {
  /** When the observations were made, UTC ISO-8601. */
  readonly now: string;
  /** When the task began that the claim reports of: what was so before it, its agent did not do. Left out where nobody knows. */
  readonly since?: string;
  /** The same probes before and after a step; `before` also serves alone, as what was there when the agent began. */
  readonly baseline?: { readonly before?: readonly Observation[]; readonly after?: readonly Observation[] };
  /** Executions that the claim may be about: already narrowed to its tenant and agent, and to its execution_id or approval_id. */
  readonly executions?: readonly ExecutionRow[];
  /** True if `executions` is all there is, so that a docker command that is missing in it did not run through the gateway. */
  readonly executions_complete?: boolean;
}

/** The verdict over one part, with the rule that led to it, so that an auditor can replay it. */
export interface PartVerdict {
  readonly part: TypedClaim;
  readonly verdict: Verdict;
  readonly rule: string;
  readonly reason: string;
}

/** The verdict over a claim: TRUE only if every part is and nothing was left over. */
export interface ClaimVerdict {
  readonly verdict: Verdict;
  readonly rule: string;
  readonly reason: string;
  readonly parts: readonly PartVerdict[];
}
