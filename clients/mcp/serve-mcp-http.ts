/**
 * MCP over streamable HTTP, on loopback alone. Any page in a browser and any user of this machine can reach a port on
 * loopback: so the Host and the Origin are checked (a name that resolves here is not enough), and a bearer of its own is
 * asked for. It is not the agent's key, which never leaves this process.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { localhostHostValidation, localhostOriginValidation } from '@modelcontextprotocol/express';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import express, { type RequestHandler } from 'express';
import { createMcpServer, type McpOptions } from './create-mcp-server';

export interface RunningMcp {
  readonly url: string;
  close(): Promise<void>;
}

const LARGEST_BODY = '1mb';

/** @param bearer at least 32 characters; whoever has it speaks as the agent */
export async function serveMcpHttp(options: McpOptions, port: number, bearer: string): Promise<RunningMcp> {
  if (bearer.length < 32) throw new TypeError('the bearer of the MCP server needs at least 32 characters');
  const handler = createMcpHandler(() => createMcpServer(options));
  const node = toNodeHandler(handler);
  const app = express();
  app.disable('x-powered-by');
  app.use(localhostHostValidation(), localhostOriginValidation(), requireBearer(bearer), express.json({ limit: LARGEST_BODY }));
  app.all('/mcp', (req, res, next) => {
    node(req, res, req.body as unknown).catch(next);
  });
  const server = await new Promise<Server>((resolve, reject) => {
    const listening = app.listen(port, '127.0.0.1', (error?: Error) => (error === undefined ? resolve(listening) : reject(error)));
  });
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/mcp`,
    async close() {
      await handler.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function requireBearer(bearer: string): RequestHandler {
  const wanted = Buffer.from(`Bearer ${bearer}`);
  return (req, res, next) => {
    const given = Buffer.from(req.headers.authorization ?? 'nothing was sent');
    if (given.length === wanted.length && timingSafeEqual(given, wanted)) return next();
    res.status(401).set('www-authenticate', 'Bearer').json({ error: 'send the bearer that `wingman mcp` was started with', code: 'UNAUTHENTICATED' });
  };
}
