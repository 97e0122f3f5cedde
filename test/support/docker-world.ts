/**
 * A real engine for tests: everything made here carries a label and names of this run, so that suites that run at the same
 * time do not see each other, and `close()` removes all of it. There is no fake: without an engine these tests fail.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { EngineCall } from '../../domain/command/action';
import type { Json } from '../../domain/text/canonical-json';
import { createEngine, type Engine } from '../../gateway/engine';
import { followEngineEvents, type EngineEvents } from './engine-events';

export const DOCKER_SOCKET = process.env['WINGMAN_TEST_DOCKER_SOCKET'] ?? '/var/run/docker.sock';
const LABEL = 'wingman.test.run';
const BUSYBOX_PATHS = ['/bin/busybox', '/usr/bin/busybox'];
const APPLETS = [
  'sh',
  'sleep',
  'echo',
  'cat',
  'ls',
  'true',
  'false',
  'id',
  'yes',
  'env',
  'touch',
  'kill',
  'printf',
  'mkdir',
  'wc',
  'head',
];

export interface NewContainer {
  readonly name?: string;
  readonly cmd: readonly string[];
  readonly env?: readonly string[];
  readonly tty?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly hostConfig?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  /** Ports of the container that get a free port of 127.0.0.1, such as `80/tcp`. */
  readonly publish?: readonly string[];
  /** Default true. */
  readonly start?: boolean;
  readonly image?: string;
}

export interface DockerWorld {
  readonly engine: Engine;
  /** Random; part of every name. */
  readonly run: string;
  /** `wm-<run>/busybox:1.36`, imported from the machine's static busybox. */
  readonly image: string;
  name(short: string): string;
  /** @returns its id; `name` is used as it is, so make it with `name()` */
  createContainer(options: NewContainer): Promise<{ readonly id: string; readonly name: string }>;
  removeContainer(id: string): Promise<void>;
  createNetwork(short: string): Promise<{ readonly id: string; readonly name: string }>;
  createVolume(short: string): Promise<{ readonly name: string }>;
  importBusybox(reference: string): Promise<string>;
  /** The parsed answer of a GET. */
  get(path: string, query?: EngineCall['query']): Promise<unknown>;
  call(call: EngineCall): Promise<unknown>;
  /** From now on. */
  followEvents(): Promise<EngineEvents>;
  close(): Promise<void>;
}

/** Opens a world on the machine's engine. Call `close()` in `afterAll`. */
export async function openDockerWorld(socketPath: string = DOCKER_SOCKET): Promise<DockerWorld> {
  const engine = createEngine({ socketPath });
  await engine.ping();
  const run = randomBytes(4).toString('hex');
  const labels = { [LABEL]: run };
  const images = new Set<string>();

  const call = async (request: EngineCall, buildContext?: Readable): Promise<unknown> => {
    const options = { signal: AbortSignal.timeout(30_000), ...(buildContext === undefined ? {} : { buildContext }) };
    return (await engine.call(request, options)).json;
  };
  const get = (path: string, query: EngineCall['query'] = {}): Promise<unknown> =>
    call({ method: 'GET', path, query, answer: 'json', expect: [200] });

  const importBusybox = async (reference: string): Promise<string> => {
    const [repo, tag] = splitReference(reference);
    const query = { fromSrc: '-', repo, tag };
    await call({ method: 'POST', path: '/images/create', query, answer: 'lines', expect: [200] }, busyboxRootfs());
    images.add(reference);
    return reference;
  };

  const image = await importBusybox(`wm-${run}/busybox:1.36`);
  const name = (short: string): string => `wm-${run}-${short}`;

  const createVolume = async (short: string): Promise<{ readonly name: string }> => {
    await call({ method: 'POST', path: '/volumes/create', body: { Name: name(short), Labels: labels }, answer: 'json', expect: [201] });
    return { name: name(short) };
  };

  const removeContainer = async (id: string): Promise<void> => {
    const query = { force: true, v: true };
    await call({ method: 'DELETE', path: `/containers/${id}`, query, answer: 'none', expect: [204, 404, 409] });
  };

  return {
    engine,
    run,
    image,
    name,
    get,
    call,
    importBusybox,
    removeContainer,

    async createContainer(options) {
      const chosen = options.name ?? name(randomBytes(3).toString('hex'));
      const body = {
        Image: options.image ?? image,
        Cmd: [...options.cmd],
        Env: [...(options.env ?? [])],
        Tty: options.tty ?? false,
        Labels: { ...options.labels, ...labels },
        HostConfig: { NetworkMode: 'none', Init: true, ...options.hostConfig },
      };
      if (options.publish !== undefined) Object.assign(body, published(options.publish, body.HostConfig));
      const query = { name: chosen };
      const created = (await call({
        method: 'POST',
        path: '/containers/create',
        query,
        body,
        answer: 'json',
        expect: [201],
      })) as { Id: string };
      if (options.start ?? true)
        await call({ method: 'POST', path: `/containers/${created.Id}/start`, answer: 'none', expect: [204] });
      return { id: created.Id, name: chosen };
    },

    async createNetwork(short) {
      const body = { Name: name(short), Driver: 'bridge', Internal: true, Labels: labels };
      const created = (await call({
        method: 'POST',
        path: '/networks/create',
        body,
        answer: 'json',
        expect: [201],
      })) as { Id: string };
      return { id: created.Id, name: name(short) };
    },

    createVolume,

    followEvents: () =>
      followEngineEvents(socketPath, async () => (await createVolume(randomBytes(6).toString('hex'))).name),

    async close() {
      const filters = JSON.stringify({ label: [`${LABEL}=${run}`] });
      const labelled = (await get('/containers/json', { all: true, filters })) as { Id: string }[];
      // Verbs under test make containers without our label; their image or their name is ours.
      const made = [{ ancestor: [image] }, { name: [run] }].map(
        async (own) => (await get('/containers/json', { all: true, filters: JSON.stringify(own) })) as { Id: string }[],
      );
      const found = [...labelled, ...(await Promise.all(made)).flat()];
      for (const id of new Set(found.map((row) => row.Id))) await removeContainer(id);
      const networks = (await get('/networks', { filters })) as { Id: string }[];
      for (const { Id } of networks)
        await call({ method: 'DELETE', path: `/networks/${Id}`, answer: 'none', expect: [204, 404] });
      const volumes = (await get('/volumes', { filters })) as { Volumes: { Name: string }[] | null };
      for (const { Name } of volumes.Volumes ?? [])
        await call({ method: 'DELETE', path: `/volumes/${Name}`, answer: 'none', expect: [204, 404] });
      const built = (await get('/images/json', { filters: JSON.stringify({ reference: [`wm-${run}/*`] }) })) as {
        RepoTags: string[];
      }[];
      for (const tag of new Set([...images, ...built.flatMap((row) => row.RepoTags)])) {
        await call({
          method: 'DELETE',
          path: `/images/${encodeURIComponent(tag)}`,
          query: { force: true },
          answer: 'none',
          expect: [200, 404],
        });
      }
    },
  };
}

/** Waits until `condition` gives something else than undefined or false; fails after `milliseconds` naming `what`. */
export async function eventually<T>(
  what: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  milliseconds = 30_000,
): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function published(ports: readonly string[], hostConfig: Json): Json {
  return {
    ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])),
    HostConfig: {
      ...(hostConfig as Record<string, Json>),
      NetworkMode: 'bridge',
      PortBindings: Object.fromEntries(ports.map((port) => [port, [{ HostIp: '127.0.0.1', HostPort: '' }]])),
    },
  };
}

function splitReference(reference: string): [string, string] {
  const colon = reference.lastIndexOf(':');
  if (colon < reference.lastIndexOf('/') + 1) throw new TypeError(`a reference needs a tag: ${reference}`);
  return [reference.slice(0, colon), reference.slice(colon + 1)];
}

/** A root file system of one static program and links to it. */
function busyboxRootfs(): Readable {
  const program = BUSYBOX_PATHS.map(readIfThere).find((bytes) => bytes !== undefined) ?? installedBusybox();
  const tar = pack();
  for (const dir of ['bin', 'tmp', 'etc', 'proc', 'sys', 'dev'])
    tar.entry({ name: dir, type: 'directory', mode: dir === 'tmp' ? 0o1777 : 0o755 });
  tar.entry({ name: 'bin/busybox', mode: 0o755 }, program);
  for (const applet of APPLETS) tar.entry({ name: `bin/${applet}`, type: 'symlink', linkname: 'busybox' });
  tar.entry({ name: 'etc/passwd' }, 'root:x:0:0:root:/:/bin/sh\n');
  tar.finalize();
  return Readable.from(tar);
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    // The next path, or the message of installedBusybox.
    return undefined;
  }
}

function installedBusybox(): Buffer {
  return readFileSync(execFileSync('which', ['busybox'], { encoding: 'utf8' }).trim());
}
