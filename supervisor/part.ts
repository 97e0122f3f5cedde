/** Something that the supervisor starts, keeps running and stops: a child process of ours, Postgres, Temporal. */
export type PartState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly pid: number }
  | { readonly kind: 'restarting'; readonly reason: string }
  | { readonly kind: 'stopped' };

export interface Part {
  readonly name: string;
  /** Resolves when it is ready for the first time. @throws WingmanError with the part's own last words when it cannot start */
  start(): Promise<void>;
  state(): PartState;
  /** Lets it drain, then insists. */
  stop(): Promise<void>;
  /** Ends it now: a person pressed Ctrl-C twice. */
  kill(): void;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 15_000;
/** Ready for so long, it starts anew in the count of its crashes. */
const STABLE_MS = 30_000;

/** How long to wait before the next try: 0.25 s doubled up to 15 s, from the start again after half a minute of health. */
export function createBackoff(firstMs: number = FIRST_WAIT_MS): (readyForMs: number) => number {
  let failures = 0;
  return (readyForMs) => {
    if (readyForMs >= STABLE_MS) failures = 0;
    return Math.min(LONGEST_WAIT_MS, firstMs * 2 ** failures++);
  };
}
