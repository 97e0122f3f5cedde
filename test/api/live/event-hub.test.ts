import pino from 'pino';
import type { Pool } from 'pg';
import { createEventHub, PAGE, type EventHub } from '../../../api/live/event-hub';
import { createFollowerPlaces } from '../../../api/live/follower-places';
import { canonicalJson } from '../../../domain/text/canonical-json';
import { toTenantId } from '../../../domain/ids';
import { createFeed, type Feed } from '../../../stores/feed';
import { createLedger, type Ledger } from '../../../stores/ledger';
import { createPool } from '../../../stores/pool';
import { createDatabase, type TestDatabase } from '../../support/stack-database';
import { until } from '../../support/until';

const ACME = toTenantId('acme');
const OTHER = toTenantId('other');

describe('the newest rows, read once for all', () => {
  let database: TestDatabase;
  let pool: Pool;
  let feed: Feed;
  let ledger: Ledger;
  let now = 1_000_000;
  beforeAll(async () => {
    database = await createDatabase();
    pool = createPool(database.urlOf('wingman_api'));
    feed = createFeed(database.urlOf('wingman_api'), pino({ level: 'silent' }));
    ledger = createLedger(pool);
    await until('it listens', () => feed.growth() > 0);
  });
  afterAll(async () => {
    await feed?.close();
    await pool?.end();
    await database?.drop();
  });

  const append = async (rows: number, tenant = 'acme', bytes = 10): Promise<void> => {
    const [before, flushed] = [feed.growth(), ledger.flushes()];
    await Promise.all(Array.from({ length: rows }, (_, n) => ledger.append({ tenant, kind: 'refusal', body: canonicalJson({ n, pad: 'x'.repeat(bytes) }), idem: null, projection: {} })));
    // A notice for each transaction, in their order; the last of them may come after its answer.
    await until('all of it is heard of', () => feed.growth() - before >= ledger.flushes() - flushed);
  };
  const size = async (): Promise<number> => Number((await pool.query<{ n: string }>('select wingman.ledger_size() as n')).rows[0]?.n);
  /** A follower until nothing is left to read. */
  const readAll = async (hub: EventHub, after: number, tenant = ACME): Promise<readonly number[]> => {
    const seen: number[] = [];
    for (;;) {
      const page = await hub.read(tenant, seen.at(-1) ?? after);
      seen.push(...page.rows.map(({ seq }) => seq));
      if (!page.more) return seen;
    }
  };
  const all = async (after: number, tenant: string): Promise<readonly number[]> => {
    const client = await pool.connect();
    try {
      const { rows } = await client.query<{ seq: string }>(`with t as materialized (select set_config('wingman.tenant', $2, true)) select l.seq from t, wingman.ledger l where l.tenant = $2 and l.seq > $1 order by l.seq`, [after, tenant]);
      return rows.map(({ seq }) => Number(seq));
    } finally {
      client.release(true);
    }
  };

  it('costs one question for each growth, whether one follows or a thousand', async () => {
    const hub = createEventHub({ pool, feed, now: () => now });
    const start = await size();
    await Promise.all(Array.from({ length: 1_000 }, () => hub.read(ACME, start)));
    const before = hub.reads();
    for (let round = 0; round < 5; round += 1) {
      await append(20);
      const seen = await Promise.all(Array.from({ length: 1_000 }, () => readAll(hub, start)));
      expect(new Set(seen.map((one) => one.join())).size).toBe(1);
      expect(seen[0]?.length).toBe(20 * (round + 1));
    }
    // A growth that is heard of in several notices may be read as often.
    expect(hub.reads() - before).toBeLessThan(40);
    const quiet = hub.reads();
    await Promise.all(Array.from({ length: 1_000 }, () => readAll(hub, start)));
    expect(hub.reads()).toBe(quiet);
    now += 60_000;
    await Promise.all(Array.from({ length: 1_000 }, () => readAll(hub, start)));
    expect(hub.reads()).toBe(quiet + 1);
  });

  it('gives those that lag everything in order, at one place the same page, and each tenant its own', async () => {
    const hub = createEventHub({ pool, feed, now: () => now });
    const start = await size();
    await hub.read(ACME, start);
    await append(3 * PAGE);
    await append(5, 'other');
    // Large ones push the window on: those at its beginning lag now.
    await append(30, 'acme', 100_000);
    await readAll(hub, await size());
    const before = hub.reads();
    const seen = await Promise.all(Array.from({ length: 200 }, () => readAll(hub, start)));
    const expected = await all(start, 'acme');
    expect(expected.length).toBe(3 * PAGE + 30);
    expect(seen.filter((one) => one.join() !== expected.join()).length).toBe(0);
    expect(hub.reads() - before).toBeLessThan(40);
    expect(await readAll(hub, start, OTHER)).toEqual(await all(start, 'other'));
    expect((await readAll(hub, 0)).at(-1)).toBe(expected.at(-1));
  });

  it('goes on after a fault of the database', async () => {
    const broken = createPool(database.urlOf('wingman_api').replace(/:\d+\//, ':1/'));
    const hub = createEventHub({ pool: broken, feed, now: () => now });
    await expect(hub.read(ACME, 0)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await expect(hub.read(ACME, 0)).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await broken.end();
  });
});

describe('places for followers', () => {
  it('are bounded for each tenant and for all together, and given back once', () => {
    const places = createFollowerPlaces({ all: 3, perTenant: 2 });
    const [first] = [places.take('acme'), places.take('acme')];
    expect(() => places.take('acme')).toThrow(expect.objectContaining({ code: 'RATE_LIMITED', details: { retry_after_seconds: 10 } }));
    const other = places.take('other');
    expect(() => places.take('third')).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
    other();
    other();
    expect(places.taken()).toBe(2);
    first?.();
    places.take('third');
    places.take('acme');
    expect(() => places.take('acme')).toThrow();
    expect(places.taken()).toBe(3);
  });
});
