import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseDrPlanFile } from '../../contracts/dr-plan-file';
import { drPlanJsonSchema } from '../../contracts/dr-plan-schema';
import { planOfInventory } from '../../domain/recovery/init';
import type { WingmanError } from '../../domain/errors';

const ROOT = join(__dirname, '..', '..');
const stage = (more = '') => `version: 1\nname: p\nstages:\n  - name: one\n    commands: [docker ps]\n    probe: [{ container: web, is: running }]\n${more}`;

describe('a recovery plan file', () => {
  it('has defaults that stop', () => {
    expect(parseDrPlanFile(stage())).toEqual({
      version: 1, name: 'p', instruction: null,
      stages: [{ name: 'one', commands: ['docker ps'], probe: [{ container: 'web', is: 'running' }], within_seconds: 60, hold_seconds: 2, quorum: 1, on_reject: 'stop', on_failure: 'stop', undo: null }],
    });
  });

  it.each([
    ['an unknown word', stage('    approve_all: true\n'), 7, 'stages.0.approve_all'],
    ['no probe', stage().replace(/ {4}probe.*\n/, ''), 4, 'stages.0.probe'],
    ['an empty probe', stage().replace('[{ container: web, is: running }]', '[]'), 6, 'stages.0.probe'],
    ['a quorum of nobody', stage('    quorum: 0\n'), 7, 'stages.0.quorum'],
    ['a rollback into itself', stage('    on_failure: { rollback_to: 1 }\n'), 7, 'stages.0.on_failure'],
    ['a rollback without undo', stage('    on_failure: { rollback_to: 0 }\n'), 7, 'stages.0.on_failure'],
    ['a path for a container', stage().replace('container: web', 'container: ../../etc'), 6, 'stages.0.probe.0.container'],
    ['another scheme', stage().replace('{ container: web, is: running }', '{ http: "file:///etc/passwd" }'), 6, 'stages.0.probe.0.http'],
    ['an endless wait', stage('    within_seconds: 100000\n'), 7, 'stages.0.within_seconds'],
    ['no stage', 'version: 1\nname: p\nstages: []\n', 3, 'stages'],
    ['an alias', 'version: 1\nname: &a p\nstages: *a\n', 3, ''],
  ])('refuses %s, and says where', (_, text, line, path) => {
    let caught: WingmanError | null = null;
    try {
      parseDrPlanFile(text);
    } catch (error) {
      caught = error as WingmanError;
    }
    expect([caught?.code, caught?.details['line'], caught?.details['path']]).toEqual(['CONFIG_INVALID', line, path]);
  });

  it('has the form that is published', () => {
    expect(JSON.parse(readFileSync(join(ROOT, 'docs', 'dr-plan.schema.json'), 'utf8'))).toEqual(JSON.parse(JSON.stringify(drPlanJsonSchema())));
  });

  it('is what the documentation shows', () => {
    const shown = [...readFileSync(join(ROOT, 'docs', 'dr.md'), 'utf8').matchAll(/^```yaml\n([^]*?)^```/gm)].map(([, text = '']) => text);
    expect(shown.length).toBeGreaterThan(0);
    for (const text of shown) expect(parseDrPlanFile(text).stages.length).toBeGreaterThan(0);
  });

  it('is made from what runs, with what is not known left to its owner', () => {
    const container = { id: 'a'.repeat(64), name: 'web', image: 'shop/web:1', state: 'running', status: 'Up', ports: ['127.0.0.1:8080->80/tcp', '0.0.0.0:443->443/tcp'], networks: ['shop'], volumes: ['data'] };
    const text = planOfInventory([], { as_of: '2026-01-01T00:00:00Z', containers: [container, { ...container, name: 'old', state: 'exited' }], images: [], networks: [], volumes: [] });
    expect(parseDrPlanFile(text).stages.map(({ commands }) => commands)).toEqual([['docker stop web'], ['docker rm web'], ['docker run -d --name web -p 127.0.0.1:8080:80 -p 443:443 --network shop shop/web:1']]);
    expect(text).toContain('# To be completed: its command, its volumes (data), its environment and limits.');
    expect(parse(text)).toMatchObject({ stages: [{ on_failure: { rollback_to: 0 } }, {}, {}] });
    expect(() => planOfInventory(['nobody'], { as_of: '', containers: [], images: [], networks: [], volumes: [] })).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});
