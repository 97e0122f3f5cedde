import { createServer, type Server } from 'node:net';
import { Client, Pool } from 'pg';
import { isWingmanError, refusal } from '../../domain/errors';
import type { TenantId } from '../../domain/ids';
import { createPool, toDatabaseError, withTenant } from '../../stores/pool';
import { createDatabase, type TestDatabase } from '../support/stack-database';
import { until } from '../support/until';

const acme = 'acme' as TenantId;
const globex = 'globex' as TenantId;

describe('connections of a process', () => {
  let database: TestDatabase;
  let owner: Pool;
  let pool: Pool;
  const broken: Error[] = [];
  beforeAll(async () => {
    database = await createDatabase();
    owner = new Pool({ connectionString: database.ownerUrl, max: 1 });
    pool = createPool(database.urlOf('wingman_api'), { max: 1, onError: (error) => broken.push(error) });
  });
  afterAll(async () => {
    await pool.end();
    await owner.end();
    await database.drop();
  });

  const tenantSeen = (tenant: TenantId): Promise<string | undefined> =>
    withTenant(pool, tenant, async (client) => (await client.query<{ t: string }>(`select current_setting('wingman.tenant') as t`)).rows[0]?.t);
  const endConnections = (): Promise<unknown> =>
    owner.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'wingman_api' and datname = current_database()`);

  it('work for the tenant that was asked for, one after the other on the same connection', async () => {
    expect([await tenantSeen(acme), await tenantSeen(globex), await tenantSeen(acme)]).toEqual(['acme', 'globex', 'acme']);
  });

  it('say for whom they work only when it changes', async () => {
    await tenantSeen(acme);
    const queries = jest.spyOn(Client.prototype, 'query');
    try {
      await tenantSeen(acme);
      expect(queries).toHaveBeenCalledTimes(1);
      await tenantSeen(globex);
      expect(queries).toHaveBeenCalledTimes(3);
    } finally {
      queries.mockRestore();
    }
  });

  it('do not end the process when they break while they are in use and say nothing', async () => {
    const during = withTenant(pool, acme, async (client) => {
      const gone = new Promise<void>((done) => client.once('end', done));
      await endConnections();
      await gone;
      return client.query('select 1');
    });
    await expect(during).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(await tenantSeen(acme)).toBe('acme');
  });

  it('work for nobody before they were told', async () => {
    const { rows } = await pool.query<{ n: string }>(`select count(*) as n from wingman.approvals`);
    expect(rows).toEqual([{ n: '0' }]);
  });

  it('are thrown away when they break while idle, and tell', async () => {
    await tenantSeen(acme);
    const before = broken.length;
    await endConnections();
    await until('the break was told', () => broken.length > before);
    expect(await tenantSeen(acme)).toBe('acme');
  });

  it('are thrown away when they break in the middle of a statement', async () => {
    const asleep = withTenant(pool, acme, (client) => client.query('select pg_sleep(60)')).catch((error: unknown) => error);
    await until('the statement runs', async () => (await owner.query(`select 1 from pg_stat_activity where query = 'select pg_sleep(60)' and datname = current_database()`)).rowCount === 1);
    await endConnections();
    expect(await asleep).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(await tenantSeen(acme)).toBe('acme');
  });

  it('stay when a statement was merely wrong', async () => {
    const pid = (): Promise<number | undefined> => withTenant(pool, acme, async (client) => (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid);
    const before = await pid();
    await expect(withTenant(pool, acme, (client) => client.query('select nonsense'))).rejects.toMatchObject({ code: '42703' });
    expect(await pid()).toBe(before);
  });

  it('give no statement more than its time', async () => {
    const { rows } = await pool.query<{ s: string; i: string }>(`select current_setting('statement_timeout') as s, current_setting('idle_in_transaction_session_timeout') as i`);
    expect(rows).toEqual([{ s: '10s', i: '10s' }]);
  });
});

describe('a database that is away', () => {
  const refusing = 'postgres://wingman_api:x@127.0.0.1:1/wingman';

  it('is named as such, by every way to ask', async () => {
    const pool = createPool(refusing);
    await expect(pool.query('select 1')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await expect(withTenant(pool, acme, (client) => client.query('select 1'))).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await pool.end();
    await expect(pool.query('select 1')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  it('is named as such when it accepts and then says nothing', async () => {
    const server = await new Promise<Server>((resolve) => {
      const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1', () => resolve(silent));
    });
    const address = server.address();
    const pool = createPool(`postgres://wingman_api:x@127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}/wingman`);
    await expect(pool.query('select 1')).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await pool.end();
    server.close();
  });
});

describe('what the driver throws', () => {
  const thrown = (code: string, message = ''): Error => Object.assign(new Error(message), { code });
  const codeOf = (error: unknown): unknown => (isWingmanError(error) ? error.code : 'as it was');

  it.each([
    ['57P01', 'DATABASE_UNAVAILABLE'], ['57P03', 'DATABASE_UNAVAILABLE'], ['08006', 'DATABASE_UNAVAILABLE'], ['53100', 'DATABASE_UNAVAILABLE'], ['53300', 'DATABASE_UNAVAILABLE'],
    ['58030', 'DATABASE_UNAVAILABLE'], ['57014', 'DATABASE_UNAVAILABLE'], ['40P01', 'DATABASE_UNAVAILABLE'], ['25006', 'DATABASE_UNAVAILABLE'], ['ECONNREFUSED', 'DATABASE_UNAVAILABLE'], ['EAI_AGAIN', 'DATABASE_UNAVAILABLE'],
    ['23505', 'as it was'], ['42501', 'as it was'], ['WM003', 'as it was'], ['28P01', 'as it was'], ['ENOSPC', 'as it was'],
  ])('%s is %s', (code, expected) => {
    expect(codeOf(toDatabaseError(thrown(code)))).toBe(expected);
  });

  it('keeps the refusals of a projection, and no other text as a code', () => {
    expect(codeOf(toDatabaseError(thrown('WM001', 'TOKEN_USED')))).toBe('TOKEN_USED');
    expect(codeOf(toDatabaseError(thrown('WM001', 'constructor')))).toBe('INTERNAL');
  });

  it('does not take a word in a refused value for a broken connection', () => {
    expect(codeOf(toDatabaseError(thrown('23514', 'the value "Connection terminated" violates a check')))).toBe('as it was');
  });

  it('leaves alone what is no error of the driver', () => {
    const ours = refusal('NOT_FOUND', 'nothing there');
    for (const error of [ours, 'text', null, undefined, new TypeError('a mistake')]) expect(toDatabaseError(error)).toBe(error);
  });
});
