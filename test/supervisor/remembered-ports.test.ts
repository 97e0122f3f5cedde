import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choosePorts } from '../../supervisor/remembered-ports';

let file: string;
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wingman-ports-'));
  file = join(dir, 'ports.json');
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

it('chooses different free ports once and keeps them', async () => {
  const { ports, moved } = await choosePorts(file);
  expect(new Set(Object.values(ports)).size).toBe(3);
  expect(moved).toEqual([]);
  expect(await choosePorts(file)).toEqual({ ports, moved: [] });
});

it('moves from a port that somebody else has taken, and says which', async () => {
  const { ports } = await choosePorts(file);
  const other = createServer();
  await new Promise<void>((done) => other.listen(ports.temporal, '127.0.0.1', done));
  try {
    const again = await choosePorts(file);
    expect(again.moved).toEqual(['temporal']);
    expect(again.ports.temporal).not.toBe(ports.temporal);
    expect(again.ports.postgres).toBe(ports.postgres);
  } finally {
    other.close();
  }
});

it('keeps the port of a Postgres that survived its supervisor', async () => {
  const { ports } = await choosePorts(file);
  const survivor = createServer();
  await new Promise<void>((done) => survivor.listen(ports.postgres, '127.0.0.1', done));
  try {
    expect(await choosePorts(file, { postgres: ports.postgres })).toEqual({ ports, moved: [] });
  } finally {
    survivor.close();
  }
});
