import fc from 'fast-check';
import { canonicalJson, type Json } from '../../../domain/text/canonical-json';
import { WingmanError } from '../../../domain/errors';
import { toEnvironment, toTenantId } from '../../../domain/ids';
import { canonicalPlan, parsePlan, planReversibility } from '../../../domain/plan/plan';
import { EMPTY_REGISTRY } from '../../../domain/command/registry';

const scope = { tenant: toTenantId('acme'), environment: toEnvironment('test') };
const text = (commands: readonly string[], ordered = false, where = scope) =>
  canonicalPlan(parsePlan(commands, EMPTY_REGISTRY, ordered), where);

describe('the canonical plan', () => {
  it('is this text, byte for byte', () => {
    expect(text(['docker stop -t 5 web'])).toBe(
      '{"environment":"test","ordered":false,"steps":[{"args":{"containers":["web"],"time":5},' +
        '"argv":["docker","stop","-t","5","web"],"program":"docker","verb":"stop"}],"tenant":"acme","version":1}',
    );
  });

  it('does not change with blanks and quotes', () => {
    expect(text(["  docker   stop 'web' "])).toBe(text(['docker stop web']));
  });

  it.each([
    ['the order of steps', text(['docker start web', 'docker stop web'])],
    ['whether the order counts', text(['docker stop web', 'docker start web'], true)],
    ['a step less', text(['docker stop web'])],
    ['a step twice', text(['docker stop web', 'docker start web', 'docker start web'])],
    ['another spelling', text(['docker container stop web', 'docker start web'])],
    ['a flag', text(['docker stop -t 10 web', 'docker start web'])],
    ['the tenant', text(['docker stop web', 'docker start web'], false, { ...scope, tenant: toTenantId('globex') })],
    [
      'the environment',
      text(['docker stop web', 'docker start web'], false, { ...scope, environment: toEnvironment('prd') }),
    ],
  ])('changes with %s', (_, other) => {
    expect(other).not.toBe(text(['docker stop web', 'docker start web']));
  });

  it('is the same after a journey through JSON', () => {
    const plan = parsePlan(['docker run --rm -v data:/d alpine:3.20 ls', 'docker compose -p shop ps'], {
      ...EMPTY_REGISTRY,
      images: ['alpine:3.20'],
      run_volumes: ['data'],
      compose: {
        shop: { dir: '/srv', files: [{ name: 'a.yml', sha256: '0'.repeat(64) }], services: ['web'], default: false },
      },
    });
    const again = JSON.parse(JSON.stringify(plan)) as typeof plan;
    expect(canonicalPlan(again, scope)).toBe(canonicalPlan(plan, scope));
  });
});

describe('canonical JSON', () => {
  it('is one text for one value, and parses back to it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as Json;
        expect(JSON.parse(canonicalJson(json))).toEqual(json);
        expect(canonicalJson(JSON.parse(canonicalJson(json)) as Json)).toBe(canonicalJson(json));
      }),
    );
  });
});

describe('a plan', () => {
  it.each([
    ['READ_ONLY', ['docker ps', 'docker images']],
    ['REVERSIBLE', ['docker ps', 'docker stop web', 'docker ps']],
    ['DESTRUCTIVE', ['docker ps', 'docker rm web', 'docker stop db']],
  ])('is %s by its worst step', (expected, commands) => {
    expect(planReversibility(parsePlan(commands, EMPTY_REGISTRY))).toBe(expected);
  });

  it.each([
    ['PLAN_EMPTY', []],
    ['PLAN_TOO_LONG', Array<string>(21).fill('docker ps')],
  ])('is refused with %s', (code, commands) => {
    expect(() => parsePlan(commands, EMPTY_REGISTRY)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('is refused as a whole, with the index of the step that cannot be read', () => {
    let caught: unknown;
    try {
      parsePlan(['docker ps', 'docker stop web;id', 'nonsense'], EMPTY_REGISTRY);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(WingmanError);
    expect(caught).toMatchObject({ code: 'COMMAND_SHELL_SYNTAX', details: { step: 1, part: 'web;id' } });
  });
});
