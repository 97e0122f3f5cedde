import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../platform/embedded-postgres';
import { prepareDataDirectory } from '../../supervisor/data-directory';
import { acquireLock } from '../../supervisor/lock-file';
import { createPidFiles } from '../../supervisor/pid-files';
import { identityOf } from '../../supervisor/process-identity';
import { resetDataDir } from '../../supervisor/reset';

let parent: string;
let dir: string;
const children: ChildProcess[] = [];
const yes = async (): Promise<boolean> => true;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'wingman-reset-'));
  dir = join(parent, 'data');
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(parent, { recursive: true, force: true });
});

function fill(): void {
  const paths = prepareDataDirectory(dir);
  mkdirSync(paths.keys);
  for (const file of [paths.credentials, paths.ports, paths.rolePasswords, `${paths.postgres}.password`, `${paths.credentials}.partial`]) writeFileSync(file, '{}');
}

it('removes all of it once the answer is yes, and the directory with it', async () => {
  fill();
  let asked = '';
  const outcome = await resetDataDir(dir, async (question) => {
    asked = question;
    return true;
  });
  expect(asked).toContain(dir);
  expect(outcome).toMatchObject({ kind: 'removed', entries: expect.arrayContaining(['keys', 'credentials.json', 'credentials.json.partial', 'postgres.password']) as unknown });
  expect(existsSync(dir)).toBe(false);
});

it('changes nothing when the answer is no', async () => {
  fill();
  const before = readdirSync(dir).sort();
  expect(await resetDataDir(dir, async () => false)).toEqual({ kind: 'kept' });
  expect(readdirSync(dir).sort()).toEqual(before);
});

it('leaves what is not of Wingman, even in the same directory', async () => {
  fill();
  writeFileSync(join(dir, 'thesis.txt'), 'years of work');
  mkdirSync(join(dir, 'engine'));
  await resetDataDir(dir, yes);
  expect(readdirSync(dir).sort()).toEqual(['engine', 'thesis.txt']);
});

it('asks nobody when there is nothing', async () => {
  const never = async (): Promise<boolean> => {
    throw new Error('it asked');
  };
  expect(await resetDataDir(dir, never)).toEqual({ kind: 'nothing there' });
  mkdirSync(dir);
  writeFileSync(join(dir, 'thesis.txt'), 'years of work');
  expect(await resetDataDir(dir, never)).toEqual({ kind: 'nothing there' });
});

it('is refused while Wingman runs on it', async () => {
  fill();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  children.push(child);
  acquireLock(join(dir, 'lock'), child.pid ?? 0);
  await expect(resetDataDir(dir, yes)).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('already runs') as unknown });
  expect(existsSync(join(dir, 'credentials.json'))).toBe(true);
});

it('ends what a killed supervisor left running there, a part and Postgres', async () => {
  fill();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  children.push(child);
  createPidFiles(join(dir, 'pids')).record('worker', child.pid ?? 0);
  const { pid } = await startPostgres({ dir: join(dir, 'postgres'), durable: false });
  expect(identityOf(pid)).not.toBeNull();
  await resetDataDir(dir, yes);
  expect(identityOf(pid)).toBeNull();
  expect(identityOf(child.pid ?? 0)).toBeNull();
  expect(existsSync(dir)).toBe(false);
});
