#!/usr/bin/env node
/** `node scripts/build-mcp.mjs DIRECTORY`: the MCP server as a package there, ready for `npm pack`, out of what `npm run build` compiled. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from './root.mjs';

const DEPENDENCIES = ['@modelcontextprotocol/express', '@modelcontextprotocol/node', '@modelcontextprotocol/server', 'express', 'zod'];

const out = resolve(process.argv[2] ?? join(root, 'dist', 'mcp-package'));
mkdirSync(out, { recursive: true });
for (const folder of ['mcp', 'sdk']) cpSync(join(root, 'dist', 'clients', folder), join(out, folder), { recursive: true });
const json = (file) => JSON.parse(readFileSync(file, 'utf8'));
const { dependencies } = json(join(root, 'package.json'));
const described = json(join(root, 'clients', 'mcp', 'package.json'));
writeFileSync(join(out, 'package.json'), `${JSON.stringify({ ...described, dependencies: Object.fromEntries(DEPENDENCIES.map((name) => [name, dependencies[name]])) }, null, 2)}\n`);
process.stdout.write(`${out}\n`);
