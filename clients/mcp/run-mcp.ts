/** Brings the tools up, on stdin and stdout or on a port: what `wingman mcp` and the package's own command share. */
import { randomBytes } from 'node:crypto';
import type { WingmanClient } from '../sdk/client';
import { WingmanUnreachable } from '../sdk/errors';
import { createAdmission } from './admission';
import type { McpOptions } from './create-mcp-server';

const BEARER_BYTES = 32;

export interface McpRun {
  readonly client: WingmanClient;
  readonly worker: string;
  readonly version: string;
  /** Null: stdin and stdout. */
  readonly http: number | null;
  /** Of whoever connects by HTTP; without one a new one is made, and told once. */
  readonly bearer: string | undefined;
  /** Never stdout, which belongs to the protocol. */
  readonly say: (line: string) => void;
}

/** @returns what ends it; of stdin and stdout the end of stdin does. @throws NotAnAgentKey; TypeError for a short bearer */
export async function runMcp({ client, worker, version, http, bearer, say }: McpRun): Promise<() => void> {
  if (bearer !== undefined && bearer.length < BEARER_BYTES) throw new TypeError(`WINGMAN_MCP_TOKEN needs at least ${String(BEARER_BYTES)} characters`);
  const options: McpOptions = { client, workerId: worker, version, admit: createAdmission(client) };
  await options.admit().catch((error: unknown) => {
    if (!(error instanceof WingmanUnreachable)) throw error;
    // Clients start their servers once, in any order; every call asks again.
    say(`${error.message} Its tools refuse until it does.`);
  });
  if (http === null) {
    const { serveMcpStdio } = await import('./serve-mcp-stdio.js');
    serveMcpStdio(options);
    return () => undefined;
  }
  const given = bearer ?? randomBytes(BEARER_BYTES).toString('base64url');
  const { serveMcpHttp } = await import('./serve-mcp-http.js');
  const running = await serveMcpHttp(options, http, given);
  say(`MCP at ${running.url} for ${worker}`);
  if (bearer === undefined) say(`bearer: ${given}`);
  return () => void running.close();
}
