/** A row of the ledger as followers of the feed get it, over SSE and in webhooks. */
export interface FeedRow {
  readonly seq: number;
  readonly kind: string;
  /** Canonical JSON. */
  readonly body: string;
  readonly at: string;
}

/** The row's own members stand over those of its body; a `kind` in there (of a key, of an incident) is told as `of_kind`. */
export function toFeedEvent({ seq, kind, body, at }: FeedRow): Readonly<Record<string, unknown>> {
  const { kind: of_kind, ...members } = JSON.parse(body) as Readonly<Record<string, unknown>>;
  return { ...members, ...(of_kind === undefined ? {} : { of_kind }), seq, kind, at };
}

/** Whether a kind is the one that is named, or begins as `incident.*` says. */
export function matchesKind(name: string, kind: string): boolean {
  return name.endsWith('.*') ? kind.startsWith(name.slice(0, -1)) : kind === name;
}
