/**
 * A claim as it is checked: the subject it is about, what it says of it, and when. English is only a way to write one
 * (parse-claim.ts); a model may propose one and no more. What a probe saw is an Observation; a verdict follows from the two by rules
 * (judge-claim.ts), never from anybody's words.
 */
export type ClaimSubject =
  | { readonly kind: 'file' | 'directory'; readonly path: string }
  | { readonly kind: 'process'; readonly name?: string; readonly pid?: number }
  | { readonly kind: 'port'; readonly port: number; readonly address?: string }
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'container' | 'image' | 'network' | 'volume'; readonly name: string }
  | { readonly kind: 'service' | 'package'; readonly name: string }
  | { readonly kind: 'commit'; readonly repository: string; readonly revision: string }
  | { readonly kind: 'rows'; readonly database: string; readonly table: string }
  | { readonly kind: 'execution'; readonly command?: string; readonly execution_id?: string };

/** How the expected value is compared with the seen one. `about` allows 5 per cent, or half a unit of what was written. */
export type Comparison = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'about' | 'contains';

export interface Expected {
  readonly comparison: Comparison;
  readonly value: string | number | boolean;
  /** As written, for people: "3 MB", "5 minutes". */
  readonly text?: string;
}

/** What is said of the subject. Which subject takes which is in claim-predicates.ts. */
export type Predicate =
  | 'exists' | 'absent' | 'created' | 'deleted' | 'modified' | 'has_content' | 'empty'
  | 'size' | 'sha256' | 'lines' | 'entries' | 'mode' | 'age'
  | 'running' | 'stopped' | 'paused' | 'restarted' | 'started' | 'healthy' | 'image' | 'restarts' | 'publishes' | 'instances'
  | 'listening' | 'closed' | 'responds' | 'status_code' | 'unreachable'
  | 'version' | 'branch' | 'count' | 'exit_code' | 'succeeded' | 'failed' | 'executed';

export interface TypedClaim {
  readonly subject: ClaimSubject;
  readonly predicate: Predicate;
  readonly expected?: Expected;
  /** The span in which it is said to have happened, UTC ISO-8601; without one, now. */
  readonly time?: { readonly from: string; readonly to: string };
  /** The words it came from, for the evidence. */
  readonly text: string;
}

/** A claim in parts. What could not be turned into a part makes the whole UNVERIFIABLE at best. */
export interface ParsedClaim {
  readonly parts: readonly TypedClaim[];
  readonly unparsed: readonly { readonly text: string; readonly reason: string }[];
}

/** One read-only look, as data. File, process, port, http, service, package, commit and rows probes are the prober's; the rest the gateway's. */
export type Probe =
  | { readonly kind: 'file'; readonly path: string; readonly want: readonly ('sha256' | 'lines' | 'entries')[] }
  | { readonly kind: 'process'; readonly name?: string; readonly pid?: number }
  | { readonly kind: 'port'; readonly port: number; readonly address?: string }
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'container' | 'image' | 'network' | 'volume'; readonly name: string }
  | { readonly kind: 'service' | 'package'; readonly name: string }
  | { readonly kind: 'commit'; readonly repository: string; readonly revision: string }
  | { readonly kind: 'rows'; readonly database: string; readonly table: string }
  | { readonly kind: 'execution'; readonly command?: string; readonly execution_id?: string };

/**
 * What one probe saw. `seen` are facts, never contents: `{ exists: false }` is evidence, a probe that could not look is `blind` with
 * the reason, and proves nothing either way.
 */
export type Observation =
  | { readonly probe: Probe; readonly host: string; readonly at: string; readonly seen: Readonly<Record<string, string | number | boolean | null | readonly string[]>> }
  | { readonly probe: Probe; readonly host: string; readonly at: string; readonly blind: { readonly code: string; readonly message: string } };

export type Verdict = 'TRUE' | 'FALSE' | 'UNVERIFIABLE';

/** The verdict over one part, with the rule that led to it, so that an auditor can replay it. */
export interface PartVerdict {
  readonly part: TypedClaim;
  readonly verdict: Verdict;
  readonly rule: string;
  readonly reason: string;
}
