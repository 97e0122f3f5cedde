import { existsSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { sha256Hex } from '../../security/digest';
import { openBotWorld, type BotWorld } from '../clients/telegram/bot-world';
import { runWingman } from '../clients/cli/run-wingman';
import { openDockerWorld, type DockerWorld } from '../support/docker-world';
import { governedPolicy } from '../support/governed-policy';
import { until } from '../support/until';

const OPS = -5001;
const ALICE = 1001;
const SERVICES = ['db', 'api', 'web'] as const;

/** A Compose project of three services, recovered in three stages, each approved through another face. */
describe('the whole recovery of a Compose project', () => {
  let docker: DockerWorld;
  let bot: BotWorld;
  let project: string;
  let inventoryHas: (what: (containers: readonly { name: string; state: string }[]) => boolean) => Promise<void>;

  beforeAll(async () => {
    docker = await openDockerWorld();
    project = `wm${docker.run}`;
    const dir = realpathSync(mkdtempSync(join(tmpdir(), 'wm-dr-compose-')));
    const service = (needs: readonly string[]) => ({ image: docker.image, command: ['sleep', '100000'], init: true, stop_grace_period: '0s', labels: { 'wingman.test.run': docker.run }, ...(needs.length === 0 ? {} : { depends_on: needs }) });
    const file = stringify({ version: '2.4', services: { db: service([]), api: service(['db']), web: service(['api']) } });
    writeFileSync(join(dir, 'docker-compose.yml'), file);
    const compose = { [project]: { dir, files: [{ name: 'docker-compose.yml', sha256: sha256Hex(file) }], services: [...SERVICES], default: true } };
    const program = (process.env['PATH'] ?? '').split(':').map((path) => join(path, 'docker-compose')).find((path) => existsSync(path));
    if (program === undefined) throw new Error('this suite needs docker-compose on the PATH');
    bot = await openBotWorld({ environments: ['dev'], compose: [program], policySource: governedPolicy({}, { registry: { compose } }) });
    await bot.startBot({ stepUpMs: 30_000 });
    await bot.link('alice', ALICE, OPS);
    inventoryHas = async (what) => {
      await until('the inventory follows', async () => {
        const [row] = await bot.stack.sql<{ inventory: { containers: { name: string; state: string }[] } | null }>(`select inventory from wingman.inventories where environment = 'dev'`);
        return row?.inventory != null && what(row.inventory.containers.filter(({ name }) => name.startsWith(project)));
      });
    };
    // The project is brought up as everything is: by a request.
    const id = await bot.ask([`docker compose -p ${project} up -d`], { execute: true });
    expect((await bot.stack.call('POST', `/approvals/${id}/approve`, bot.stack.reviewer_key, {})).status).toBe(200);
    await inventoryHas((all) => all.length === 3 && all.every(({ state }) => state === 'running'));
  }, 120_000);
  afterAll(async () => {
    await bot?.close();
    if (docker === undefined) return;
    for (const one of SERVICES) await docker.removeContainer(`${project}_${one}_1`);
    await docker.call({ method: 'DELETE', path: `/networks/${project}_default`, answer: 'none', expect: [204, 404] });
    await docker.close();
  }, 60_000);

  it('stops by Telegram, removes by the command, rebuilds by the API', async () => {
    const { stack, telegram } = bot;
    const name = (service: string): string => `${project}_${service}_1`;
    const probe = (is: string) => SERVICES.map((service) => ({ container: name(service), is }));
    const plan = stringify({
      version: 1, name: 'shop', stages: [
        { name: 'stop', commands: [`docker compose -p ${project} stop -t 0`], probe: probe('stopped') },
        { name: 'remove', commands: [`docker compose -p ${project} rm --force`], probe: probe('absent') },
        { name: 'rebuild', commands: [`docker compose -p ${project} up -d`], probe: probe('running'), within_seconds: 120 },
      ],
    });
    const before = await idsOf();
    const { body: run } = await stack.call('POST', '/dr/runs', stack.agent_key, { worker_id: 'agent-1', deployment_env: 'dev', plan });
    const waiting = (not: string | null): Promise<string> =>
      until('the next card', async () => {
        const { body } = await stack.call('GET', `/dr/runs/${String(run['run_id'])}`, stack.reviewer_key);
        const id = body['waiting_for'] as string | null;
        return id !== null && id !== not && (await bot.statusOf(id)) === 'PENDING' && id;
      }, 30_000);

    const first = await waiting(null);
    const card = await bot.card(first, OPS);
    expect(card.text).toMatch(/Reach: reversible\n[^]*Recovery: stage 1 of 3, stop/);
    telegram.press(card, 'Approve', ALICE);

    const second = await waiting(first);
    await inventoryHas((all) => all.every(({ state }) => state === 'exited'));
    const { body: shown } = await stack.call('GET', `/approvals/${second}`, stack.reviewer_key);
    expect(shown['card'].blast_radius).toMatchObject({ word: 'recoverable', lines: expect.arrayContaining([expect.stringContaining(`${name('web')} is removed; its image ${docker.image} is here to rebuild it from`)]) });
    expect(shown['card'].recovery.earlier[0]).toMatch(/stage 1 stop: DONE, approved by alice/);
    const approved = await runWingman(['dr', 'approve', String(run['run_id']).slice(0, 8), '--yes'], { env: { WINGMAN_URL: stack.api.url, WINGMAN_KEY: stack.reviewer_key } });
    expect(approved).toMatchObject({ code: 0, out: expect.stringContaining(`APPROVED ${second}`) });

    const third = await waiting(second);
    await inventoryHas((all) => all.length === 0);
    expect((await stack.call('POST', `/approvals/${third}/approve`, stack.reviewer_key, {})).status).toBe(200);
    const report = await until('the run has ended', async () => {
      const { body } = await stack.call('GET', `/dr/runs/${String(run['run_id'])}/report`, stack.reviewer_key);
      return body['ended_at'] !== null && body;
    }, 60_000);
    expect(report).toMatchObject({ status: 'COMPLETED', acts: [{ end: 'DONE', decided_by: 'alice' }, { end: 'DONE', decided_by: 'owner' }, { end: 'DONE', decided_by: 'owner' }] });
    const after = await idsOf();
    expect(after).toHaveLength(3);
    expect(after.filter((id) => before.includes(id))).toEqual([]);

    async function idsOf(): Promise<readonly string[]> {
      const filters = JSON.stringify({ label: [`com.docker.compose.project=${project}`], status: ['running'] });
      return ((await docker.get('/containers/json', { all: true, filters })) as { Id: string }[]).map(({ Id }) => Id);
    }
  }, 120_000);
});
