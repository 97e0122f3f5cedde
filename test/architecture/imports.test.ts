import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { importsOf, ROOT, sourceFiles, targetOf, type Import } from './source-imports';

/** docs/architecture.md says the same in words. `type` imports are free; values are not. */
const NODE = 'node:*';
const RULES: Readonly<Record<string, { readonly folders: readonly string[]; readonly packages: readonly string[] }>> = {
  domain: { folders: ['domain'], packages: [] },
  contracts: { folders: ['contracts', 'domain'], packages: ['zod', 'yaml'] },
  security: { folders: ['security', 'domain'], packages: ['node:crypto', 'node:fs/promises', 'node:path', 'jose'] },
  platform: { folders: ['platform', 'domain'], packages: [NODE, 'pino', 'pg'] },
  stores: { folders: ['stores', 'domain', 'security', 'platform'], packages: ['pg', NODE] },
  temporal: { folders: ['temporal', 'domain', 'platform', 'security'], packages: [NODE, '@temporalio/*'] },
  workflows: { folders: ['workflows', 'domain', 'temporal/names'], packages: ['@temporalio/workflow'] },
  activities: { folders: ['activities', 'domain', 'security', 'stores', 'platform'], packages: ['ollama', '@temporalio/activity'] },
  gateway: { folders: ['gateway', 'contracts/compose-file', 'contracts/gateway-file', 'domain', 'security', 'stores', 'platform', 'temporal'], packages: [NODE, '@temporalio/worker', '@temporalio/activity', 'tar-stream'] },
  'workers/prober': { folders: ['workers/prober', 'contracts', 'domain', 'security', 'platform', 'temporal'], packages: [NODE, '@temporalio/worker', 'pg'] },
  workers: { folders: ['workers', 'activities', 'domain', 'stores', 'security', 'platform', 'temporal'], packages: [NODE, '@temporalio/worker'] },
  api: {
    folders: ['api', 'contracts', 'domain', 'security', 'stores', 'platform', 'temporal', 'workflows/messages'],
    packages: [NODE, 'express', 'helmet', 'prom-client', 'pg', 'rate-limiter-flexible', 'zod', 'zod-openapi', 'swagger-ui-dist', '@temporalio/client', '@temporalio/common'],
  },
  'clients/sdk': { folders: ['clients/sdk', 'contracts'], packages: [] },
  'clients/mcp': { folders: ['clients/mcp', 'clients/sdk'], packages: [NODE, 'zod', 'express', '@modelcontextprotocol/server', '@modelcontextprotocol/node', '@modelcontextprotocol/express'] },
  'clients/cli': { folders: ['clients/cli', 'clients/mcp', 'clients/sdk', 'contracts', 'domain', 'security', 'supervisor', 'platform'], packages: [NODE, 'commander', 'yaml'] },
  'clients/telegram': { folders: ['clients/telegram', 'clients/sdk', 'contracts', 'domain', 'platform', 'security/tokens/callback-data'], packages: [NODE, 'telegraf'] },
  supervisor: { folders: ['supervisor', 'contracts', 'domain', 'security', 'stores', 'platform', 'temporal'], packages: [NODE, 'pg'] },
};
/** The one file with the Docker client, and so the one way to the socket. */
const DOCKER_FILE = 'gateway/engine.ts';

const files = sourceFiles().filter((file) => !file.startsWith('test/') && !file.startsWith('bench/'));
const valueImports = (file: string): readonly Import[] => importsOf(file).filter(({ isTypeOnly }) => !isTypeOnly);

const ruleOf = (file: string): string | undefined => Object.keys(RULES).filter((folder) => file.startsWith(`${folder}/`)).sort((a, b) => b.length - a.length)[0];

function isAllowed({ file, from }: Pick<Import, 'file' | 'from'>): boolean {
  const rule = RULES[ruleOf(file) ?? ''];
  if (rule === undefined) return false;
  const target = targetOf({ file, from });
  if (target !== null) {
    return rule.folders.some((folder) => target === folder || target.startsWith(`${folder}/`));
  }
  if (from === 'dockerode') return file === DOCKER_FILE;
  if (builtinModules.includes(from.replace('node:', ''))) return rule.packages.includes(NODE) || rule.packages.includes(from);
  const name = from.startsWith('@') ? from.split('/').slice(0, 2).join('/') : (from.split('/')[0] ?? from);
  return rule.packages.includes(name) || (name.startsWith('@temporalio/') && rule.packages.includes('@temporalio/*'));
}

describe('who may import whom', () => {
  it('finds the files and a rule for every one of them', () => {
    expect(files.length).toBeGreaterThan(150);
    expect(files.filter((file) => ruleOf(file) === undefined)).toEqual([]);
  });

  it('holds for every import of a value', () => {
    const broken = files.flatMap(valueImports).filter((one) => !isAllowed(one));
    expect(files.flatMap(valueImports).length).toBeGreaterThan(400);
    expect(broken.map(({ file, from }) => `${file} imports ${from}`)).toEqual([]);
  });

  it('would tell a forbidden one', () => {
    const forbidden = [
      ['domain/plan/plan.ts', 'node:fs'], ['workflows/approval.ts', '../activities/mint-step'], ['api/app.ts', '../gateway/engine'], ['workers/main.ts', 'dockerode'],
      ['clients/cli/main.ts', '../../stores/pool'], ['workflows/approval.ts', 'zod'],
    ];
    expect(forbidden.filter(([file = '', from = '']) => isAllowed({ file, from }))).toEqual([]);
  });

  it('keeps globals of Node and the clock out of domain/', () => {
    const used = files
      .filter((file) => file.startsWith('domain/'))
      .filter((file) => /\b(?:process\.|Buffer\.|Date\.now\(|new Date\(\)|Math\.random\(|setTimeout\(|require\()/.test(readFileSync(join(ROOT, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')));
    expect(used).toEqual([]);
  });

  it('has the Docker client in one file, and that in the gateway', () => {
    const holders = files.filter((file) => readFileSync(join(ROOT, file), 'utf8').includes("from 'dockerode'"));
    expect(holders).toEqual([DOCKER_FILE]);
  });
});
