/** A product on a real engine with a container to recover, and what tests of recovery runs ask over and over. */
import { stringify } from 'yaml';
import { startStack, type Answer, type Stack, type StackOptions } from './stack';
import { openDockerWorld, type DockerWorld } from './docker-world';
import { governedPolicy } from './governed-policy';
import { until } from './until';

export interface DrTestWorld {
  readonly stack: Stack;
  readonly world: DockerWorld;
  /** A running container that the gateway knows, and the three stages that stop, remove and rebuild it. */
  subject(short: string): Promise<{ readonly name: string; readonly stages: DrStages }>;
  start(stages: readonly object[], more?: { readonly drill?: boolean; readonly name?: string }): Promise<string>;
  show(run: string): Promise<Record<string, any>>;
  /** The request that the run waits for, once it is another one than `not`. */
  card(run: string, not?: string | null): Promise<string>;
  approve(request: string): Promise<Answer>;
  /** Approves the card that is out, over the API or as is said; when the world has changed meanwhile (409), the one that takes its place. @returns the request and the answer */
  approveNext(run: string, not?: string | null, approve?: (request: string) => Promise<Answer>): Promise<{ readonly id: string; readonly answer: Answer }>;
  reject(request: string): Promise<Answer>;
  control(run: string, action: 'pause' | 'resume' | 'abort', note?: string): Promise<Answer>;
  /** Over, in a state that its report names too. */
  ended(run: string): Promise<Record<string, any>>;
  /** Of the engine itself: null if there is no such container. */
  stateOf(name: string): Promise<string | null>;
  /** The product's inventory says the same as the engine. */
  seen(name: string, state: string | null): Promise<void>;
  close(): Promise<void>;
}

export interface DrStages {
  readonly stop: Record<string, unknown>;
  readonly remove: Record<string, unknown>;
  readonly rebuild: Record<string, unknown>;
}

/** @param registered more of the policy's registry, for the names of this world */
export async function openDrWorld(options: StackOptions = {}, registered: (world: DockerWorld) => object = () => ({})): Promise<DrTestWorld> {
  const world = await openDockerWorld();
  const policySource = governedPolicy({ containers: [`wm-${world.run}-*`] }, { registry: { images: [world.image], exec: {}, ...registered(world) } });
  const stack = await startStack({ environments: ['dev'], policySource, ...options });
  const show = async (run: string): Promise<Record<string, any>> => (await stack.call('GET', `/dr/runs/${run}`, stack.reviewer_key)).body;
  const stateOf = async (name: string): Promise<string | null> => {
    const found = (await world.get('/containers/json', { all: true, filters: JSON.stringify({ name: [`^/${name}$`] }) })) as { State: string }[];
    return found[0]?.State ?? null;
  };
  const seen = async (name: string, state: string | null): Promise<void> => {
    await until(`the inventory has ${name} ${String(state)}`, async () => {
      const [row] = await stack.sql<{ inventory: { containers: { name: string; state: string }[] } | null }>(`select inventory from wingman.inventories where environment = 'dev'`);
      return row?.inventory != null && (row.inventory.containers.find((one) => one.name === name)?.state ?? null) === state;
    });
  };
  const lookedAt = async (): Promise<string | undefined> => (await stack.sql<{ as_of: string }>(`select as_of::text from wingman.inventories where environment = 'dev'`))[0]?.as_of;
  const opened: DrTestWorld = {
    stack, world, show, stateOf, seen,
    async subject(short) {
      const { name } = await world.createContainer({ name: world.name(short), cmd: ['sleep', '100000'] });
      await seen(name, 'running');
      const run = `docker run -d --name ${name} --network none --init ${world.image} sleep 100000`;
      return {
        name,
        stages: {
          stop: { name: 'stop', commands: [`docker stop -t 0 ${name}`], probe: [{ container: name, is: 'stopped' }], hold_seconds: 0, undo: { commands: [`docker start ${name}`], probe: [{ container: name, is: 'running' }] } },
          remove: { name: 'remove', commands: [`docker rm ${name}`], probe: [{ container: name, is: 'absent' }], hold_seconds: 0, undo: { commands: [run], probe: [{ container: name, is: 'running' }] } },
          rebuild: { name: 'rebuild', commands: [run], probe: [{ container: name, is: 'running' }], hold_seconds: 1 },
        },
      };
    },
    async start(stages, { drill = false, name = 'rebuild web' } = {}) {
      const { status, body } = await stack.call('POST', '/dr/runs', stack.agent_key, { worker_id: 'agent-1', deployment_env: 'dev', plan: stringify({ version: 1, name, stages }, { aliasDuplicateObjects: false }), drill });
      if (status !== 200) throw new Error(JSON.stringify(body));
      return String(body['run_id']);
    },
    card: (run, not = null) =>
      until('the next card is out', async () => {
        const { waiting_for: id } = await show(run);
        if (typeof id !== 'string' || id === not) return false;
        const { status, body } = await stack.call('GET', `/approvals/${id}`, stack.reviewer_key);
        return status === 200 && body['status'] === 'PENDING' && id;
      }, 30_000),
    approve: (request) => stack.call('POST', `/approvals/${request}/approve`, stack.reviewer_key, {}),
    async approveNext(run, not = null, approve = (request) => opened.approve(request)) {
      for (;;) {
        const id = await opened.card(run, not);
        const before = await lookedAt();
        const answer = await approve(id);
        if (answer.status !== 409) return { id, answer };
        // Another card comes, unless the world is again what it was: then this one stands.
        await until('another card is out, or the world was looked at again', async () => (await show(run)).waiting_for !== id || (await lookedAt()) !== before, 40_000);
      }
    },
    reject: (request) => stack.call('POST', `/approvals/${request}/reject`, stack.reviewer_key, { note: 'not now' }),
    control: (run, action, note) => stack.call('POST', `/dr/runs/${run}/${action}`, stack.reviewer_key, note === undefined ? {} : { note }),
    async ended(run) {
      const done = await until('the run has ended', async () => {
        const body = await show(run);
        return body['ended_at'] !== null && body;
      }, 60_000);
      const { body: report } = await stack.call('GET', `/dr/runs/${run}/report`, stack.reviewer_key);
      expect([report['status'], report['state'], report['drill']]).toEqual([done['status'], done['state'], done['drill']]);
      return done;
    },
    async close() {
      await stack.close();
      await world.close();
    },
  };
  return opened;
}
