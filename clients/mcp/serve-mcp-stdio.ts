/** MCP on stdin and stdout. Stdout belongs to the protocol: nothing else may ever be written there. */
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createMcpServer, type McpOptions } from './create-mcp-server';

/** Ends with its stdin. */
export function serveMcpStdio(options: McpOptions): void {
  serveStdio(() => createMcpServer(options));
}
