import { targetKey, type EngineCall, type EngineReply, type Inventory, type StepResult, type VerbSpec } from '../action';
import type { Reversibility } from '../reversibility';
import { matchesGlob } from '../../text/glob';
import { readFlags } from '../read-flags';
import type { Registry } from '../registry';
import { requireOperands } from '../require-operands';
import type { Unregistered } from '../unregistered';

type PruneArgs = {
  /** Unused ones that have a name too (images, volumes). */
  readonly all: boolean;
  /** Never removed: the registry's protected names as they were when this was approved. */
  readonly spared: readonly string[];
  /** `--force` was not said: docker would ask at a terminal. */
  readonly asks?: true;
};

interface PruneKind {
  readonly kind: 'container' | 'network' | 'volume';
  readonly takesAll: boolean;
  readonly heading: string;
  readonly spared: (registry: Registry) => readonly string[];
  readonly says: (all: boolean) => string;
  /** What would go now, where the inventory can tell. */
  readonly candidates: (inventory: Inventory) => readonly string[] | null;
  readonly list: EngineCall;
  readonly read: (json: unknown, all: boolean) => readonly Found[];
  /** In use again, or gone already, is no failure: it is not unused any more. */
  readonly remove: (id: string) => EngineCall;
}

interface Found {
  readonly id: string;
  readonly name: string;
  /** As it stands on the card, where that is not the engine's own id. */
  readonly bound?: string;
}

/**
 * What goes is what was unused when the card was made, and is unused still: the gateway hands over that list. Each thing is removed by a
 * call of its own, since the engine's own prune would take whatever it finds. `docker system prune` is all of them at once, and no verb
 * of ours.
 */
function prune(spec: PruneKind): VerbSpec<PruneArgs> {
  const verb = `${spec.kind} prune`;
  return {
    verb,
    spellings: [[spec.kind, 'prune']],
    summary: spec.says(false),
    parse(words, registry) {
      const { all, asks } = parseFlags(verb, words, spec.takesAll);
      return { all, spared: [...spec.spared(registry)], ...(asks ? { asks } : {}) };
    },
    unregistered: asksOnTerminal,
    reversibility: destructive,
    targets: () => [],
    creates: () => [],
    render({ all, spared }, inventory) {
      const now = inventory === null ? null : spec.candidates(inventory);
      const names = now?.filter((name) => !spared.some((pattern) => matchesGlob(pattern, name))) ?? null;
      return `${spec.says(all)}, of those that are here now${names === null ? '' : `: ${names.join(', ') || 'none'}`}; what becomes unused later stays`;
    },
    *run({ all, spared }, listed): Generator<EngineCall, StepResult, EngineReply> {
      const { json } = yield spec.list;
      const removed: string[] = [];
      for (const { id, name, bound = id } of spec.read(json, all)) {
        if (listed.get(targetKey({ kind: spec.kind, name })) !== bound || spared.some((pattern) => matchesGlob(pattern, name))) continue;
        const { status } = yield spec.remove(id);
        if (status < 300) removed.push(spec.kind === 'container' ? id : name);
      }
      return { exit_code: 0, output: removed.length === 0 ? '' : `${spec.heading}\n${removed.join('\n')}\n` };
    },
  };
}

/** The approval is the answer that docker waits for. */
const asksOnTerminal = ({ asks }: { readonly asks?: true }): readonly Unregistered[] =>
  asks === undefined ? [] : [{ kind: 'option', code: 'COMMAND_ARGUMENTS', says: 'docker asks at a terminal before it does this; there is none, and the approval is the answer (--force)', part: '--force' }];

const destructive = (): Reversibility => 'DESTRUCTIVE';

function parseFlags(verb: string, words: readonly string[], takesAll: boolean): Pick<PruneArgs, 'all'> & { readonly asks: boolean } {
  const flags = readFlags(words, { '--force': { short: '-f' }, ...(takesAll ? { '--all': { short: '-a' } } : {}) });
  requireOperands(verb, flags.operands, 0, 0);
  return { all: flags.has('--all'), asks: !flags.has('--force') };
}

const UNUSED_STATES = ['created', 'exited', 'dead'];

export const containerPrune = prune({
  kind: 'container',
  takesAll: false,
  heading: 'Deleted Containers:',
  spared: (registry) => registry.protected.containers,
  says: () => 'removes all stopped containers',
  candidates: ({ containers }) =>
    containers.filter(({ state }) => UNUSED_STATES.includes(state)).map(({ name }) => name),
  list: {
    method: 'GET',
    path: '/containers/json',
    query: { all: true, filters: JSON.stringify({ status: UNUSED_STATES }) },
    answer: 'json',
    expect: [200],
  },
  // `Names` also holds the names of old-style links, with a second slash: each of them can be a protected one's.
  read: (json) =>
    (json as readonly { Id: string; Names: readonly string[] | null }[]).map(({ Id, Names }) => ({
      id: Id,
      name: (Names ?? []).find((name) => name.lastIndexOf('/') === 0)?.slice(1) ?? Id,
    })),
  remove: (id) => ({ method: 'DELETE', path: `/containers/${id}`, answer: 'none', expect: [204, 404, 409] }),
});

export const networkPrune = prune({
  kind: 'network',
  takesAll: false,
  heading: 'Deleted Networks:',
  spared: (registry) => registry.protected.networks,
  says: () => 'removes all networks that no container uses',
  candidates: () => null,
  list: {
    method: 'GET',
    path: '/networks',
    query: { filters: JSON.stringify({ dangling: ['true'], type: ['custom'] }) },
    answer: 'json',
    expect: [200],
  },
  read: (json) => (json as readonly { Id: string; Name: string }[]).map(({ Id, Name }) => ({ id: Id, name: Name })),
  remove: (id) => ({ method: 'DELETE', path: `/networks/${id}`, answer: 'none', expect: [204, 403, 404, 409] }),
});

/** A volume that nobody named; the engine's own `volume prune` takes these alone since API 1.42. */
const UNNAMED = /^[0-9a-f]{64}$/;

export const volumePrune = prune({
  kind: 'volume',
  takesAll: true,
  heading: 'Deleted Volumes:',
  spared: (registry) => registry.protected.volumes,
  says: (all) => `removes all ${all ? '' : 'unnamed '}volumes that no container uses, and all data in them`,
  candidates: () => null,
  list: {
    method: 'GET',
    path: '/volumes',
    query: { filters: JSON.stringify({ dangling: ['true'] }) },
    answer: 'json',
    expect: [200],
  },
  read: (json, all) =>
    ((json as { Volumes: readonly { Name: string; CreatedAt?: string }[] | null }).Volumes ?? [])
      .filter(({ Name }) => all || UNNAMED.test(Name))
      .map(({ Name, CreatedAt }) => ({ id: Name, name: Name, bound: `${Name}@${CreatedAt ?? 'unknown'}` })),
  remove: (name) => ({
    method: 'DELETE',
    path: `/volumes/${encodeURIComponent(name)}`,
    answer: 'none',
    expect: [204, 404, 409],
  }),
});

interface ImageRow {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
}

/** No image is protected by name. One with several tags goes tag by tag, and one that is in use is kept by the engine. */
export const imagePrune: VerbSpec<{ readonly all: boolean; readonly asks?: true }> = {
  verb: 'image prune',
  spellings: [['image', 'prune']],
  summary: 'removes all images without a name; with --all every image that no container uses',
  parse(words) {
    const { all, asks } = parseFlags('image prune', words, true);
    return { all, ...(asks ? { asks } : {}) };
  },
  unregistered: asksOnTerminal,
  reversibility: destructive,
  targets: () => [],
  creates: () => [],
  render: ({ all }) => `removes all images ${all ? 'that no container uses' : 'without a name'}, of those that are here now; what becomes unused later stays`,
  *run({ all }, listed): Generator<EngineCall, StepResult, EngineReply> {
    const query = all ? {} : { filters: JSON.stringify({ dangling: ['true'] }) };
    const { json } = yield { method: 'GET', path: '/images/json', query, answer: 'json', expect: [200] };
    const lines: string[] = [];
    for (const { Id, RepoTags } of json as readonly ImageRow[]) {
      const tags = (RepoTags ?? []).filter((tag) => tag !== '<none>:<none>');
      // Tag by tag, as they were listed: one that was added since stays.
      for (const name of (tags.length === 0 ? [Id] : tags).filter((one) => listed.get(targetKey({ kind: 'image', name: one })) === Id)) {
        const { status, json: deleted } = yield { method: 'DELETE', path: `/images/${encodeURIComponent(name)}`, answer: 'json', expect: [200, 404, 409] };
        if (status === 200) lines.push(...(deleted as readonly { Untagged?: string; Deleted?: string }[]).map(({ Untagged, Deleted }) => (Untagged === undefined ? `deleted: ${Deleted ?? ''}` : `untagged: ${Untagged}`)));
      }
    }
    return { exit_code: 0, output: lines.length === 0 ? '' : `Deleted Images:\n${lines.join('\n')}\n` };
  },
};
