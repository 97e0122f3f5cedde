import { randomUUID } from 'node:crypto';
import { canonicalJson, type Json } from '../../../domain/text/canonical-json';
import { createLedger, type Ledger } from '../../../stores/ledger';
import { createPool } from '../../../stores/pool';
import { until } from '../../support/until';
import { openBotWorld, type BotWorld } from './bot-world';

const ALICE = 1001;
const OPS = -5001;
const HOME = 7001;

describe('incidents in Telegram', () => {
  let world: BotWorld;
  let ledger: Ledger;
  let closePool: () => Promise<void>;
  beforeAll(async () => {
    world = await openBotWorld();
    await world.startBot();
    await world.link('alice', ALICE, OPS);
    await world.link('bob', 1006, HOME);
    const pool = createPool(world.stack.database.urlOf('wingman_worker'));
    ledger = createLedger(pool);
    closePool = () => pool.end();
  });
  afterAll(async () => {
    await closePool?.();
    await world?.close();
  });

  const append = (kind: string, body: { readonly [key: string]: Json }) => ledger.append({ tenant: world.stack.tenant, kind, body: canonicalJson(body), idem: null, projection: {} });
  const open = async (summary: string, more: { readonly [key: string]: Json } = {}): Promise<string> => {
    const incident_id = randomUUID();
    await append('incident.opened', { incident_id, kind: 'FALSE_CLAIM', severity: 'HIGH', subject: incident_id, summary, worker_id: 'agent-7', environment: 'dev', ...more });
    return incident_id;
  };
  const about = (chat: number, id: string) => world.telegram.inChat(chat).filter(({ text }) => text.includes(id));

  it('tells every chat once when one opens, and the digest', async () => {
    const id = await open('agent-7 claimed that web is running; it is not\u202e');
    const message = await world.message(OPS, new RegExp(`INCIDENT {2}HIGH FALSE_CLAIM[^]*${id}`));
    await world.message(HOME, new RegExp(id));
    expect(message.text).toContain('{202E}');
    await append('incident.repeated', { incident_id: id });
    await append('incident.digest', { incident_id: id, repeats: 1 });
    await world.message(OPS, new RegExp(`AGAIN[^]*Repeated: 1 times[^]*${id}`));
    await world.message(HOME, new RegExp(`AGAIN[^]*Repeated: 1 times[^]*${id}`));
    expect([about(OPS, id).length, about(HOME, id).length]).toEqual([2, 2]);
  });

  it('tells what opened while it was away, unless somebody looks after it by then', async () => {
    await world.stopBot();
    const [missed, seen] = [await open('while away'), await open('acknowledged by hand')];
    await world.stack.call('POST', `/watcher/acknowledge/${seen}`, world.stack.reviewer_key, {});
    await world.startBot();
    await world.message(OPS, new RegExp(missed));
    await world.message(HOME, new RegExp(missed));
    expect([...about(OPS, seen), ...about(HOME, seen)]).toEqual([]);
  });

  it('lists them, verifies, and releases with a reason', async () => {
    world.telegram.say('/incidents', { user: ALICE, chat: OPS });
    await world.message(OPS, /ACKNOWLEDGED[^]*acknowledged by hand/);
    world.telegram.say('/verify', { user: ALICE, chat: OPS });
    await world.message(OPS, /say what is claimed/);
    world.telegram.say('/verify everything works well', { user: ALICE, chat: OPS });
    await world.message(OPS, /^UNVERIFIABLE: /);
    world.telegram.say('/stats', { user: ALICE, chat: OPS });
    await world.message(OPS, /24 h: 1 verified[^]*agent-7/);
    await world.stack.call('POST', '/quarantine', world.stack.operator_key, { worker_id: 'agent-7', reason: 'lied' });
    const quarantined = async (): Promise<boolean> => (await world.stack.sql('select 1 from wingman.quarantines')).length > 0;
    world.telegram.say('/release agent-7', { user: ALICE, chat: OPS });
    await world.message(OPS, /and why: \/release AGENT REASON/);
    expect(await quarantined()).toBe(true);
    world.telegram.say('/release agent-7 looked into it', { user: ALICE, chat: OPS });
    await until('it is released', async () => !(await quarantined()));
    const [row] = await world.stack.sql<{ body: string }>(`select body from wingman.ledger where kind = 'quarantine.released'`);
    expect(JSON.parse(row?.body ?? '{}')).toMatchObject({ worker_id: 'agent-7', reason: 'looked into it', by: 'alice' });
  });
});
