import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { arrowOf, houseOf, isAllowedArrow, readRooms, roomOf } from './rooms';
import { circles, importsIn, importsOf, ROOT, sourceFiles, targetOf } from './source-imports';

const rooms = readRooms();
const files = sourceFiles();
const imports = files.flatMap(importsOf);
const HOUSES = ['domain', 'api', 'security'];
/** What lies beside the rooms: for everybody in the house, or (in api/) what puts the rooms together. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  domain: ['errors', 'ids'],
  security: ['base64url', 'digest', 'plain-object'],
  api: ['app', 'context', 'main', 'start-api'],
};
/** Only a route is handed the whole context, and only as a type. */
const SEES_THE_CONTEXT = ['api/routes/', 'api/app.ts', 'api/start-api.ts'];

describe('the rooms of docs/architecture.md', () => {
  it('are the folders that there are, and all of them', () => {
    const folders = new Set(files.flatMap((file) => (HOUSES.includes(houseOf(file)) && file.split('/').length > 2 ? [file.split('/').slice(0, 2).join('/')] : [])));
    expect([...rooms.keys()].sort()).toEqual([...folders].sort());
    expect(rooms.size).toBeGreaterThan(20);
  });

  it('leave nothing beside them but what everybody needs', () => {
    const beside = files.filter((file) => HOUSES.includes(houseOf(file)) && roomOf(file, rooms) === null);
    const meant = Object.entries(BESIDE).flatMap(([house, names]) => names.map((name) => `${house}/${name}.ts`));
    expect([...beside].sort()).toEqual(meant.sort());
  });

  it('know the rooms beside their name and no others, types included', () => {
    const wrong = imports.filter((one) => {
      const arrow = arrowOf(one, rooms);
      return arrow !== null && !isAllowedArrow(arrow, rooms);
    });
    expect(wrong.map(({ file, from }) => `${file} imports ${from}`)).toEqual([]);
  });

  it('have no arrow on the page that no file draws', () => {
    const drawn = new Set(imports.flatMap((one) => { const arrow = arrowOf(one, rooms); return arrow === null ? [] : [`${arrow.from} -> ${arrow.to}`]; }));
    const said = [...rooms].flatMap(([from, all]) => [...all].map((to) => `${from} -> ${to}`));
    expect(said.filter((arrow) => !drawn.has(arrow))).toEqual([]);
    process.stderr.write(`rooms: ${String(rooms.size)}, arrows between them: ${String(drawn.size)}\n`);
  });

  it('point one way: each room knows only rooms above it on the page', () => {
    const order = [...rooms.keys()];
    expect(order.flatMap((room, at) => [...(rooms.get(room) ?? [])].filter((to) => order.indexOf(to) >= at).map((to) => `${room} -> ${to}`))).toEqual([]);
  });

  it('do not reach for what puts them together', () => {
    const reach = imports.filter((one) => houseOf(one.file) === 'api' && BESIDE['api']?.some((name) => targetOf(one) === `api/${name}`));
    expect(reach.filter(({ file, from }) => !SEES_THE_CONTEXT.some((place) => file.startsWith(place)) && !(file === 'api/main.ts' && from === './start-api'))).toEqual([]);
  });

  it('would tell a planted wrong import, of a value and of a type', () => {
    const planted = [
      ...importsIn('domain/text/glob.ts', "import type { Policy } from '../policy/policy';"),
      ...importsIn('domain/policy/evaluate.ts', "import { severityOf } from '../incident/severity';"),
      ...importsIn('domain/claim/grammar/nouns.ts', "import { worldOf } from '../../recovery/world';"),
      ...importsIn('api/http/problem.ts', "import { approvalRoutes } from '../routes/approvals';"),
      ...importsIn('security/keys/load.ts', "import { unseal } from '../tokens/seal';"),
    ];
    const told = planted.filter((one) => { const arrow = arrowOf(one, rooms); return arrow !== null && !isAllowedArrow(arrow, rooms); });
    expect(told).toHaveLength(5);
  });
});

describe('the pages about the code', () => {
  it('name no file that is not there', () => {
    const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md') && name !== 'performance.md').map((name) => `docs/${name}`)];
    const named = pages.flatMap((page) =>
      [...readFileSync(join(ROOT, page), 'utf8').matchAll(/`((?:domain|api|security|stores|workflows|activities|gateway|workers|clients|platform|supervisor|temporal|contracts|bench|scripts|test)\/[\w./-]+\.(?:ts|mjs|sql))`/g)].map(([, file = '']) => ({ page, file })),
    );
    expect(named.length).toBeGreaterThan(60);
    expect(named.filter(({ file }) => !existsSync(join(ROOT, file))).map(({ page, file }) => `${page}: ${file}`)).toEqual([]);
  });
});

describe('circles of files', () => {
  it('there is none, in the product or in its tests', () => {
    expect(imports.length).toBeGreaterThan(3_000);
    expect(circles(imports, files)).toEqual([]);
  });

  it('a planted one is told, over two files and over three', () => {
    const two = importsIn('domain/text/glob.ts', "import type { Plan } from '../plan/plan';");
    const three = [...importsIn('domain/ids.ts', "import { planOf } from './plan/plan';"), ...importsIn('domain/plan/plan.ts', "import { a } from '../text/glob';"), ...importsIn('domain/text/glob.ts', "import { b } from '../ids';")];
    expect(circles([...two, ...importsIn('domain/plan/plan.ts', "import { matchesGlob } from '../text/glob';")], files)).toEqual([['domain/plan/plan.ts', 'domain/text/glob.ts']]);
    expect(circles(three, files)).toEqual([['domain/ids.ts', 'domain/plan/plan.ts', 'domain/text/glob.ts']]);
    expect(circles(importsIn('domain/ids.ts', "import { toId } from './ids';"), files)).toEqual([['domain/ids.ts']]);
  });
});
