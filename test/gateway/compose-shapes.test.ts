/** Files of the shapes of public projects, registered in one step with no edit, come up on a real engine and go down again. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findProject } from '../../clients/cli/compose/find-project';
import { registrySchema } from '../../contracts/registry-schema';
import type { StepResult } from '../../domain/command/action';
import { parseAction } from '../../domain/command/parse-action';
import { UNREGISTERED_KINDS } from '../../domain/command/unregistered-kinds';
import { runAction } from '../../gateway/run-action';
import { DOCKER_SOCKET, openDockerWorld, type DockerWorld } from '../support/docker-world';
import { repetitions } from '../support/repetitions';
import { COMPOSE_SHAPES, type ComposeShape } from './compose-shapes';

const PROGRAM = process.env['WINGMAN_COMPOSE_BIN'] ?? '/usr/bin/docker-compose';
const unregistered = Object.fromEntries(UNREGISTERED_KINDS.map((kind) => [kind, 'ask' as const]));
const several = repetitions({ everyDay: 4, full: COMPOSE_SHAPES.length });
/** Every day a few of them, other ones each day. */
const first = several === COMPOSE_SHAPES.length ? 0 : new Date().getUTCDate() * several;
const chosen = Array.from({ length: several }, (_, at) => COMPOSE_SHAPES[(first + at) % COMPOSE_SHAPES.length] as ComposeShape);

describe('a Compose file as it is', () => {
  let world: DockerWorld;
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'wm-shapes-')));
  beforeAll(async () => {
    world = await openDockerWorld();
  });
  afterAll(async () => {
    await world?.close();
    rmSync(root, { recursive: true, force: true });
  });

  it.each(chosen.map((shape) => [shape.name, shape] as const))('comes up: %s', async (_, shape) => {
    const project = `${world.run}${String(COMPOSE_SHAPES.indexOf(shape))}`.replace(/^/, 'wm');
    const dir = join(root, project);
    for (const [name, text] of Object.entries(shape.files)) {
      mkdirSync(dirname(join(dir, name)), { recursive: true });
      writeFileSync(join(dir, name), text.replaceAll('IMAGE', world.image));
    }
    const found = findProject(dir, project);
    expect([found.faults, found.unset.filter((name) => name !== 'X')]).toEqual([[], []]);
    const registry = { ...registrySchema.parse({ compose: { [project]: found.entry } }), unregistered };
    const run = (words: string): Promise<StepResult> =>
      runAction({ engine: world.engine, dockerSocket: DOCKER_SOCKET, compose: [PROGRAM], stepTimeoutMs: 60_000, maxOutputBytes: 100_000 }, { action: parseAction(`docker compose -p ${project} ${words}`, registry), targets: new Map(), registry });
    try {
      const { exit_code, output } = await run(`up -d${shape.flags === undefined ? '' : ` ${shape.flags}`}`);
      expect(`${String(exit_code)} ${exit_code === 0 ? '' : output}`).toBe('0 ');
      const up = (await world.get('/containers/json', { filters: JSON.stringify({ label: [`com.docker.compose.project=${project}`] }) })) as { State: string; Labels: Record<string, string> }[];
      expect(up.map(({ State, Labels }) => [Labels['com.docker.compose.service'], State]).sort()).toEqual(shape.up.map((service) => [service, 'running']).sort());
    } finally {
      await run('down -v -t 0');
    }
  }, 90_000);
});
