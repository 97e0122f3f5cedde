import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EMPTY_REGISTRY, type Registry } from '../../../domain/command/registry';
import { toChange, type ToldEvent } from '../../../domain/engine/change';
import { effectsOf } from '../../../domain/engine/effects';
import { followsFromContainer, FOLLOWS_MS, isNetworkMembership, judgeChange, NO_MEMORY, type ActMemory, type Act } from '../../../domain/engine/acts';
import type { EngineChange, RunningStep } from '../../../domain/engine/match-event';
import { parseAction } from '../../../domain/command/parse-action';

/** Told by a real engine (20.10.24) while the real verbs ran. */
interface Recorded {
  readonly what: string;
  readonly command: string | null;
  readonly targets: Readonly<Record<string, string>>;
  readonly events: readonly ToldEvent[];
}
const RECORDED = JSON.parse(readFileSync(join(__dirname, 'data', 'engine-events.json'), 'utf8')) as readonly Recorded[];
const REGISTRY: Registry = { ...EMPTY_REGISTRY, images: ['wm-run/*'], build_contexts: { ctx: { path: '/x', dockerfile: 'Dockerfile' } } };
const governed = RECORDED.filter((one): one is Recorded & { command: string } => one.command !== null);

const NO_HINTS = { restarted_by_policy: false, auto_remove: false, before: null, owners: ['acme'] };
const changesOf = ({ events }: Recorded): readonly EngineChange[] => events.flatMap((event) => toChange(event) ?? []);
const recorded = (what: string): Recorded => RECORDED.find((one) => one.what === what) as Recorded;
function stepOf({ command, targets, events }: Recorded, id = 'e1'): RunningStep {
  const times = events.map(({ time_nano }) => Number(BigInt(time_nano) / 1_000_000n));
  return { execution_id: id, effects: effectsOf(parseAction(command ?? '', REGISTRY), new Map(Object.entries(targets))), started_at: Math.min(...times) - 20, finished_at: Math.max(...times) + 5 };
}

/** As the gateway does it: memberships of networks are asked later, when the container's events are known. */
function judgeAll(changes: readonly EngineChange[], steps: readonly RunningStep[], hints = NO_HINTS): { readonly acts: readonly Act[]; readonly owned: number } {
  let memory: ActMemory = NO_MEMORY;
  let owned = 0;
  let waiting: readonly EngineChange[] = [];
  const settle = (until: number): void => {
    for (const change of waiting.filter(({ at }) => at + FOLLOWS_MS < until)) if (!followsFromContainer(change, memory)) memory = judgeChange(change, steps, memory, hints).memory;
    waiting = waiting.filter(({ at }) => at + FOLLOWS_MS >= until);
  };
  for (const change of changes) {
    settle(change.at);
    if (isNetworkMembership(change)) {
      waiting = [...waiting, change];
      continue;
    }
    const judged = judgeChange(change, steps, memory, hints);
    memory = judged.memory;
    if (judged.cause === 'EXECUTION') owned += 1;
  }
  settle(Number.POSITIVE_INFINITY);
  return { acts: memory.acts, owned };
}

describe('events of the engine and executions', () => {
  it('knows the events of every verb that changes something', () => {
    expect(governed.map(({ what }) => what)).toEqual([
      'restart', 'stop', 'start', 'pause', 'unpause', 'rename', 'update', 'kill', 'rm', 'rm -f -v', 'run -d', 'run', 'tag', 'rmi', 'build', 'rmi built',
      'network create', 'network rm', 'volume create', 'volume rm',
    ]);
  });

  it.each(governed.map((one) => [one.what, one] as const))('%s: all of it belongs to the execution', (_, one) => {
    const { acts, owned } = judgeAll(changesOf(one), [stepOf(one)]);
    expect(acts).toEqual([]);
    expect(owned).toBeGreaterThan(0);
  });

  it.each(governed.map((one) => [one.what, one] as const))('%s: without an execution it is exactly one act a thing', (_, one) => {
    const { acts } = judgeAll(changesOf(one), []);
    expect(acts.length).toBe(new Set(acts.map(({ kind, id }) => `${kind} ${id}`)).size);
    expect(acts.length).toBe(one.what === 'build' ? 2 : 1);
  });

  it.each(governed.map((one) => [one.what, one] as const))('%s: the same again by hand does not fit into the execution', (_, one) => {
    const again = changesOf(one).map((change) => ({ ...change, key: `again ${change.key}`, at: change.at + 5 }));
    const { acts } = judgeAll([...changesOf(one), ...again], [stepOf(one)]);
    expect(acts.length).toBeGreaterThan(0);
  });

  it.each(governed.map((one) => [one.what, one] as const))('%s: an execution of another time or another thing answers for nothing', (_, one) => {
    const step = stepOf(one);
    const early = { ...step, started_at: step.started_at - 60_000, finished_at: (step.finished_at ?? 0) - 60_000 };
    expect(judgeAll(changesOf(one), [early]).acts.length).toBeGreaterThan(0);
    const other = changesOf(one).map((change) => ({ ...change, id: `f${change.id}`, name: `other-${change.name}`, image: 'other/image:1' }));
    // A build makes containers of no known name.
    expect(judgeAll(other, [step]).acts.length).toBeGreaterThan(0);
  });

  it('leaves to the engine what it does by itself', () => {
    const dies = changesOf(recorded('dies and is restarted by its policy'));
    expect(dies.map(({ action }) => action)).toContain('start');
    expect(judgeAll(dies, [], { ...NO_HINTS, restarted_by_policy: true }).acts).toEqual([]);
    const removed = changesOf(recorded('auto remove')).filter(({ action }) => action !== 'start');
    expect(judgeAll(removed, [], { ...NO_HINTS, auto_remove: true }).acts).toEqual([]);
  });

  it('takes a start by hand for one, whatever the policy', () => {
    expect(judgeAll(changesOf(recorded('start')), [], NO_HINTS).acts).toHaveLength(1);
    const stopped = changesOf(recorded('stop'));
    const started = changesOf(recorded('start')).map((change) => ({ ...change, at: (stopped.at(-1)?.at ?? 0) + 60_000 }));
    expect(judgeAll([...stopped, ...started], [], { ...NO_HINTS, restarted_by_policy: true }).acts).toHaveLength(2);
  });

  it('keeps a stop that had to kill together, and tells two stops apart', () => {
    const [kill, ...rest] = changesOf(recorded('stop'));
    const late = rest.map((change) => ({ ...change, at: change.at + 10_000 }));
    expect(judgeAll([kill as EngineChange, ...late], []).acts).toHaveLength(1);
    const twice = changesOf(recorded('stop')).map((change) => ({ ...change, key: `2 ${change.key}`, at: change.at + 30_000 }));
    expect(judgeAll([...changesOf(recorded('stop')), ...twice], []).acts).toHaveLength(2);
  });

  it('finds a network joined by hand', () => {
    const [connect] = changesOf(recorded('network connect by hand')).filter(isNetworkMembership);
    expect(judgeAll([connect as EngineChange], []).acts).toMatchObject([{ kind: 'network', actions: ['connect'] }]);
  });

  it('gives an act by hand beside a step of the same kind to nobody', () => {
    const restart = recorded('restart');
    const steps = [stepOf(restart)];
    const stop = changesOf(restart).slice(0, 1).map((change) => ({ ...change, key: 'by hand', at: change.at + 1 }));
    const kills = changesOf(restart).filter(({ action }) => action === 'kill');
    expect(kills).toHaveLength(1);
    // A restart has room for a second signal (a stop that needs force), not for a third.
    expect(judgeAll([...changesOf(restart), ...stop, ...stop.map((one) => ({ ...one, key: 'and again' }))], steps).acts).toHaveLength(1);
  });

  it('attributes what two executions did to each of them', () => {
    const [stop, start] = [recorded('stop'), recorded('start')];
    const shifted = changesOf(start).map((change) => ({ ...change, at: (changesOf(stop).at(-1)?.at ?? 0) + 30 }));
    const second = { ...stepOf(start, 'e2'), started_at: (changesOf(stop).at(-1)?.at ?? 0) + 10, finished_at: null };
    expect(judgeAll([...changesOf(stop), ...shifted], [stepOf(stop), second]).acts).toEqual([]);
  });
});
