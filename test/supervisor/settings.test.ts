import { isWingmanError } from '../../domain/errors';
import { apiUrl } from '../../supervisor/parts-environment';
import { dockerSocket, parseSettings } from '../../supervisor/settings';

it('has a value that works for everything', () => {
  expect(parseSettings({})).toMatchObject({
    host: '127.0.0.1', port: 8002, logLevel: 'info', environments: 'dev', dockerSocket: '/var/run/docker.sock',
    composeBin: null, ollama: null, telegram: null, databaseOwnerUrl: null, sweepSeconds: 30,
    dataDir: expect.stringMatching(/\/\.wingman$/) as unknown,
  });
});

it('has claims that name no host looked at by its own prober', () => {
  expect(parseSettings({ WINGMAN_PROBER_HOST: 'shop-1' }).defaultHost).toBe('shop-1');
  expect(parseSettings({ WINGMAN_PROBER_HOST: 'shop-1', WINGMAN_DEFAULT_HOST: 'shop-2' }).defaultHost).toBe('shop-2');
});

it('takes an empty variable as one that is not set', () => {
  expect(parseSettings({ WINGMAN_PORT: '', WINGMAN_TELEGRAM_TOKEN: '', WINGMAN_OLLAMA_HOST: '' })).toEqual(parseSettings({}));
});

it.each([
  [{ WINGMAN_PORT: '0' }, 'WINGMAN_PORT'],
  [{ WINGMAN_PORT: '65536' }, 'WINGMAN_PORT'],
  [{ WINGMAN_PORT: '80a' }, 'WINGMAN_PORT'],
  [{ WINGMAN_PORT: '1e3' }, 'WINGMAN_PORT'],
  [{ WINGMAN_LOG_LEVEL: 'loud' }, 'WINGMAN_LOG_LEVEL'],
  [{ WINGMAN_SWEEP_SECONDS: 'often' }, 'WINGMAN_SWEEP_SECONDS'],
  [{ WINGMAN_OLLAMA_HOST: 'http://127.0.0.1:11434' }, 'WINGMAN_OLLAMA_MODEL'],
  [{ WINGMAN_OLLAMA_MODEL: 'small' }, 'WINGMAN_OLLAMA_HOST'],
  [{ WINGMAN_PROBER_HOST: '../web' }, 'WINGMAN_PROBER_HOST'],
  [{ WINGMAN_DATABASE_OWNER_URL: 'mysql://boss:geheim@db/x' }, 'WINGMAN_DATABASE_OWNER_URL'],
])('refuses %p and names %s and a fix', (env, name) => {
  let message = '';
  try {
    parseSettings(env);
  } catch (error) {
    if (isWingmanError(error)) message = `${error.code} ${error.message}`;
  }
  expect(message).toMatch(new RegExp(`^CONFIG_INVALID ${name}.*\\n  Fix: `, 's'));
  expect(message).not.toContain('geheim');
});

it.each([
  [{}, '/var/run/docker.sock'],
  [{ DOCKER_HOST: 'unix:///run/user/1000/docker.sock' }, '/run/user/1000/docker.sock'],
  [{ DOCKER_HOST: 'tcp://elsewhere:2375' }, '/var/run/docker.sock'],
  [{ DOCKER_HOST: 'unix:///a.sock', WINGMAN_DOCKER_SOCKET: '/b.sock' }, '/b.sock'],
])('with %p asks the engine at %s', (env, socket) => {
  expect(dockerSocket(env)).toBe(socket);
});

it.each([
  ['127.0.0.1', 'http://127.0.0.1:8002'],
  ['0.0.0.0', 'http://127.0.0.1:8002'],
  ['::', 'http://127.0.0.1:8002'],
  ['::1', 'http://[::1]:8002'],
])('a server on %s is reached from here at %s', (host, url) => {
  expect(apiUrl({ host, port: 8002 })).toBe(url);
});
