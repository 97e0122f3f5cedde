/**
 * What a command means once it is parsed: a typed action, its targets, and the Engine API calls that carry it out.
 *
 * A verb is one file in `domain/command/verbs/` that exports one `VerbSpec`: grammar, reversibility class, targets, card line and
 * engine calls side by side. `domain/command/verbs/index.ts` lists them; nothing else knows verbs by name.
 */
import type { Json } from '../text/canonical-json';
import type { HostRead } from './host-read';
import type { Registry } from './registry';
import type { Reversibility } from './reversibility';
import type { Unregistered } from './unregistered';

/** `docker`: Engine API. `compose`: a registered project. `registered`: an operator's exact argument list. */
export type Program = 'docker' | 'compose' | 'registered';

export interface Action {
  readonly program: Program;
  /** Canonical verb, such as `stop` or `network create`; the registered name for `registered`. */
  readonly verb: string;
  /** The words exactly as they were given, program first: two commands are the same if and only if these are. */
  readonly argv: readonly string[];
  /** The verb's own typed arguments, defaults filled in. Part of the plan's canonical form. */
  readonly args: Json;
  /** What in it nobody registered, and a person is asked for. Not part of the plan's canonical form: it is the registry's, not the plan's. */
  readonly unregistered?: readonly Unregistered[];
}

export type TargetKind = 'container' | 'image' | 'network' | 'volume';

/** Something that the action names and the engine knows. */
export interface TargetRef {
  readonly kind: TargetKind;
  /** As written in the command (a name, or an id or its prefix). */
  readonly name: string;
  /** It may be missing: the action makes or fetches it then. What was missing when it was approved must be missing still. */
  readonly optional?: true;
}

/** A target as it was when the card was made. `id` null: it did not exist then. */
export interface BoundTarget extends TargetRef {
  readonly id: string | null;
}

export interface ContainerFacts {
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  readonly image: string;
  /** created, running, paused, restarting, removing, exited, dead */
  readonly state: string;
  /** The engine's own words, such as `Up 3 days`. */
  readonly status: string;
  /** Published, such as `0.0.0.0:80->80/tcp`. */
  readonly ports: readonly string[];
  /** What else a preview needs. All of it is missing in an inventory that an older gateway wrote. */
  readonly image_id?: string;
  readonly networks?: readonly string[];
  /** Volumes that are mounted; those without a name of their own have 64 hexadecimal digits. */
  readonly volumes?: readonly string[];
  /** Of Compose: which project and service it is, and the services that it depends on. Labels: whoever made it wrote them. */
  readonly project?: string;
  readonly service?: string;
  readonly depends_on?: readonly string[];
  /** Bounded; whoever made the container wrote them. */
  readonly labels?: Readonly<Record<string, string>>;
}
export interface ImageFacts {
  readonly id: string;
  readonly tags: readonly string[];
  /** `repository@sha256:…`, as registries know it. Missing in an inventory that an older gateway wrote. */
  readonly digests?: readonly string[];
}
export interface NetworkFacts {
  readonly id: string;
  readonly name: string;
}
export interface VolumeFacts {
  readonly name: string;
  /** Name plus creation time: a volume has no id of its own, and a name can be given again. */
  readonly id: string;
}

/** What one engine held at one moment, as the gateway of that environment saw it. */
export interface Inventory {
  /** UTC ISO-8601. */
  readonly as_of: string;
  readonly containers: readonly ContainerFacts[];
  readonly images: readonly ImageFacts[];
  readonly networks: readonly NetworkFacts[];
  readonly volumes: readonly VolumeFacts[];
  /** Registered programs of which the gateway's host says that they only read. */
  readonly host_reads?: readonly HostRead[];
}

/** One call of the Engine API, as data. `path` has no version prefix; every part of it was encoded by the verb. */
export interface EngineCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: Json;
  /**
   * How to read the answer. `json`: one document. `none`: status alone. `lines`: one JSON object a line (progress of pull,
   * build); the first object with `error` fails the call. `multiplexed`: stdout and stderr frames of logs, attach and exec
   * start. `text`: as is.
   */
  readonly answer: 'json' | 'none' | 'lines' | 'multiplexed' | 'text';
  /** Statuses that are no failure, such as [204, 304]. */
  readonly expect: readonly number[];
  /** A registered build context to send as the tar body of the call. */
  readonly context?: { readonly name: string; readonly dockerfile: string };
  /**
   * A file of the host. `from`: what is sent; with `tar` it, or the directory that it is, is packed under that name. `into`: where the
   * answer's bytes go; with `tar` the answer is a tar whose one entry goes there.
   */
  readonly file?: { readonly from: string; readonly tar?: string } | { readonly into: string; readonly tar?: true };
  /** Files of the host with variables, `NAME=value` a line, to go into `Env` of the body before those that stand there. */
  readonly env_files?: readonly string[];
  /** With the logins of the engine's host, as its operator left them. */
  readonly registryAuth?: true;
  /** The answer has no end of its own: it is read for so long, and what came until then is the answer. */
  readonly seconds?: number;
}

export interface EngineReply {
  readonly status: number;
  /** Parsed for `json`; an array for `lines`; undefined for the others. */
  readonly json?: unknown;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** What a step printed and how it ended; `exit_code` 0 is success. Output is redacted and cut by the gateway, not here. */
export interface StepResult {
  readonly exit_code: number;
  readonly output: string;
}

/** Targets by name, resolved by the gateway just before the act; ids are what the calls must use, never names. */
export type ResolvedTargets = ReadonlyMap<string, string>;

export interface VerbSpec<A = never> {
  /** Canonical verb. */
  readonly verb: string;
  /** Word sequences after `docker` that mean this verb, such as [['stop'], ['container', 'stop']]. */
  readonly spellings: readonly (readonly string[])[];
  /** One line for `--help` and the documentation. */
  readonly summary: string;
  /** The words after the verb. Hostile: written by an agent. @throws WingmanError COMMAND_… naming the offending part. */
  parse(words: readonly string[], registry: Registry): A;
  reversibility(args: A): Reversibility;
  /** What of it an operator could have registered, or would have to be asked for, and did not. */
  unregistered?(args: A, registry: Registry): readonly Unregistered[];
  /** What must be bound when approved, and be the same thing when it runs. */
  targets(args: A): readonly TargetRef[];
  /** Names that the action brings into being, so that later steps of one plan may use them. */
  creates(args: A): readonly TargetRef[];
  /** One line for the card, such as `stops container web (image nginx:1.25, Up 3 days, ports 80)`. */
  render(args: A, inventory: Inventory | null): string;
  /**
   * The engine calls, in order. A generator yields a call and is sent the reply; a reply whose status is not expected never
   * comes back (the gateway ends the run as FAILED). Map keys are `kind:name` of `targets()`; values are engine ids.
   */
  run(args: A, targets: ResolvedTargets): Generator<EngineCall, StepResult, EngineReply>;
}

/** Key of a target in `ResolvedTargets`. */
export const targetKey = (target: TargetRef): string => `${target.kind}:${target.name}`;
