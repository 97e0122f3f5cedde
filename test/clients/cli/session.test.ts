import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliFailure } from '../../../clients/cli/exit';
import { findAddress } from '../../../clients/cli/session';

describe('which server, and with which key', () => {
  const dir = mkdtempSync(join(tmpdir(), 'wingman-session-'));
  const file = join(dir, 'credentials.json');
  const SAVED = { url: 'http://127.0.0.1:8002', agent_key: 'A', reviewer_key: 'R', operator_key: 'O', telegram_key: 'T' };
  const env = { WINGMAN_DATA_DIR: dir };
  beforeEach(() => {
    rmSync(file, { force: true });
    writeFileSync(file, JSON.stringify(SAVED), { mode: 0o600 });
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  it.each([
    ['the saved one, by the kind that the command needs', {}, {}, 'operator', { url: SAVED.url, key: 'O' }],
    ['an agent’s', {}, {}, 'agent', { url: SAVED.url, key: 'A' }],
    ['the environment before the file', {}, { WINGMAN_URL: 'https://w.example', WINGMAN_KEY: 'E' }, 'agent', { url: 'https://w.example', key: 'E' }],
    ['the flags before the environment', { url: 'http://h:1', key: 'F' }, { WINGMAN_URL: 'https://w.example', WINGMAN_KEY: 'E' }, 'agent', { url: 'http://h:1', key: 'F' }],
    ['the environment’s key for the saved server', {}, { WINGMAN_KEY: 'E' }, 'reviewer', { url: SAVED.url, key: 'E' }],
    ['another name of the same server', { url: 'http://localhost:8002' }, {}, 'reviewer', { url: 'http://localhost:8002', key: 'R' }],
    ['empty variables as if they were not there', {}, { WINGMAN_URL: '', WINGMAN_KEY: '' }, 'reviewer', { url: SAVED.url, key: 'R' }],
  ] as const)('takes %s', (_, flags, more, kind, expected) => {
    expect(findAddress(flags, kind, { ...env, ...more })).toEqual(expected);
  });

  const failure = (act: () => unknown): CliFailure => {
    try {
      act();
    } catch (error) {
      if (error instanceof CliFailure) return error;
      throw error;
    }
    throw new Error('it did not fail');
  };

  it.each([
    ['another host', { url: 'http://evil.example:8002' }],
    ['another port', { url: 'http://127.0.0.1:9000' }],
    ['another scheme', { url: 'https://127.0.0.1:8002' }],
  ])('never sends a saved key to %s', (_, flags) => {
    expect(failure(() => findAddress(flags, 'operator', env)).message).toMatch(/is not sent to .*give --key/);
  });

  it('says what to set when there is nothing', () => {
    const nothing = { WINGMAN_DATA_DIR: join(dir, 'nowhere') };
    expect(failure(() => findAddress({}, 'agent', nothing)).message).toBe('there is no agent key: run `npm start` once in this clone, or set WINGMAN_URL and WINGMAN_KEY');
    expect(failure(() => findAddress({ url: 'http://h:1' }, 'agent', nothing)).message).toBe('there is no agent key: run `npm start` once in this clone, or set WINGMAN_KEY');
    expect(failure(() => findAddress({ key: 'k' }, 'agent', nothing)).message).toMatch('there is no address');
  });

  it('refuses what is no address, as a mistake of usage', () => {
    for (const url of ['localhost', 'ftp://h', 'file:///etc/passwd']) expect(failure(() => findAddress({ url }, 'agent', env)).exitCode).toBe(2);
  });

  it('refuses credentials that others may read, and a file that is something else', () => {
    chmodSync(file, 0o644);
    expect(failure(() => findAddress({}, 'agent', env)).message).toContain(`chmod 600 ${file}`);
    for (const content of ['{"url":', '[]', 'null', '{"url":"http://h"}', JSON.stringify({ ...SAVED, url: 'not one' })]) {
      writeFileSync(file, content);
      chmodSync(file, 0o600);
      expect(failure(() => findAddress({}, 'agent', env)).message).toContain('is not what set-up wrote');
    }
  });
});
