#!/usr/bin/env node
/** The package's own command, for machines where an agent runs and Wingman does not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createWingmanClient } from '../sdk/client';
import { runMcp } from './run-mcp';

const HELP = `Usage: wingman-mcp [--http PORT] [--worker NAME]

Wingman's tools for an agent over MCP: request, wait, execute, check, claim, verify, status.
On stdin and stdout, or with --http on a port of 127.0.0.1.

  WINGMAN_URL        where Wingman answers (http://127.0.0.1:8002)
  WINGMAN_KEY        a key of kind agent; no other is taken
  WINGMAN_MCP_TOKEN  with --http: the bearer, 32 characters at least; else a new one, printed once
`;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { http: { type: 'string' }, worker: { type: 'string', default: 'agent-1' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help === true) {
    process.stdout.write(HELP);
    return;
  }
  const key = process.env['WINGMAN_KEY'] ?? '';
  if (key === '') throw new TypeError('WINGMAN_KEY is not set: give it the key of an agent (`wingman keys issue agent`)');
  if (values.http !== undefined && !/^\d{1,5}$/.test(values.http)) throw new TypeError('--http takes a port');
  const { version } = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8')) as { version: string };
  const stop = await runMcp({
    client: createWingmanClient({ url: process.env['WINGMAN_URL'] ?? 'http://127.0.0.1:8002', key }),
    worker: values.worker, version, http: values.http === undefined ? null : Number(values.http), bearer: process.env['WINGMAN_MCP_TOKEN'], say,
  });
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  say(`wingman-mcp: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
