/**
 * The files that the corpus of agents' claims (test/domain/claim/data) speaks of: what lies below the registered root now, and what lay
 * there when the task began. Contents are short stand-ins: enough for their sizes, lines, hashes and the literals that claims name.
 */
import { TASK_BEGAN } from './times';

/** What can be said of a file without its content, where the content is too large or its hash is given. */
export interface FileFacts {
  readonly size: number;
  readonly lines: number | null;
  readonly sha256: string;
}

export interface AgentFile {
  /** Relative to SHOP. */
  readonly path: string;
  readonly content: string | FileFacts;
  /** 0644 and shop:shop unless said. */
  readonly mode?: string;
  readonly owner?: string;
  readonly created_at: string;
  readonly modified_at: string;
  /** Of the inode (chmod, chown); `modified_at` without it. */
  readonly changed_at?: string;
  /** What the index of the task's start says: absent, as now, or another content (or mode). */
  readonly before: 'absent' | 'same' | { readonly content: string | FileFacts; readonly mode?: string };
}

export const SHOP = '/srv/shop';
const LONG_AGO = '2026-08-14T09:12:00Z';

const lines = (count: number, line: string): string => `${line}\n`.repeat(count);

/** There since long before the task and untouched. */
function old(path: string, content: string | FileFacts, more: Partial<AgentFile> = {}): AgentFile {
  return { path, content, created_at: LONG_AGO, modified_at: LONG_AGO, before: 'same', ...more };
}

/** Made in the task, at `hh:mm`. */
function made(path: string, at: string, content: string | FileFacts, more: Partial<AgentFile> = {}): AgentFile {
  const time = `2026-11-23T${at}:00Z`;
  return { path, content, created_at: time, modified_at: time, before: 'absent', ...more };
}

/** There before and changed in the task, at `hh:mm`. */
function edited(path: string, at: string, was: string, content: string, more: Partial<AgentFile> = {}): AgentFile {
  const modified_at = `2026-11-23T${at}:00Z`;
  return { path, content, created_at: LONG_AGO, modified_at, before: { content: was }, ...more };
}

const NGINX = `worker_processes auto;
events { worker_connections 1024; }
http {
  client_max_body_size 20m;
  keepalive_timeout 65;
  server { listen 80; server_name shop.example.test; location / { proxy_pass http://api:8000; } }
}
`;
const APP_YAML =
  'workers: 4\ntimeout: 30\ncache_ttl: 300\ndebug: false\nallowed_origins:\n  - https://shop.example.test\n';
const ENV = 'DATABASE_URL=postgres://shop@127.0.0.1:18136/shop\nFEATURE_CHECKOUT=on\nLOG_LEVEL=debug\n';
const COMPOSE = `name: shop
services:
  web: { image: nginx:1.27-alpine, ports: ["18135:80"], restart: unless-stopped }
  api: { image: shop-shop:1.4.2, restart: "no" }
  db: { image: postgres:16.4-alpine, ports: ["18136:5432"], volumes: ["shop-data:/var/lib/postgresql/data"] }
  cache: { image: redis:7.2-alpine }
  search: { image: opensearchproject/opensearch:2.15.0 }
  migrate: { image: shop-shop:1.4.2 }
`;
const PACKAGE_JSON = (express: string, extra: string): string =>
  `{\n  "name": "shop",\n  "version": "1.4.2",\n  "scripts": { "test": "vitest run", "lint": "eslint ." },\n  "dependencies": { "express": "${express}", "lodash": "^4.17.21"${extra} }\n}\n`;
const CART_BEFORE = `${lines(70, '# cart')}def total(cart):\n    return sum(cart)\n`;
const CART = `${CART_BEFORE}\n\ndef handle_empty_cart(cart):\n    if not cart:\n        return 0\n    return total(cart)\n`;
const JUNIT =
  '<testsuite name="unit" tests="48" failures="2" errors="0" skipped="1" timestamp="2026-11-23T14:50:00Z"></testsuite>\n';
const JUNIT_WEB =
  '<testsuite name="web" tests="23" failures="0" errors="0" skipped="0" timestamp="2026-11-23T14:53:00Z"></testsuite>\n';

export const AGENT_FILES: readonly AgentFile[] = [
  edited('README.md', '14:41', lines(40, 'Shop.'), `${lines(40, 'Shop.')}## Deployment\nRun docker compose up -d.\n`),
  old('.env', ENV, { mode: '0600' }),
  old('.gitignore', 'node_modules\n.venv\n*.pyc\n'),
  old('LICENSE', lines(21, 'MIT')),
  edited(
    'CHANGELOG.md',
    '14:51',
    '# Changelog\n\n## 1.4.1\n- search\n',
    '# Changelog\n\n## 1.4.2\n- checkout e-mail\n\n## 1.4.1\n- search\n',
  ),
  edited(
    'package.json',
    '14:44',
    PACKAGE_JSON('^4.18.2', ', "moment": "^2.30.1"'),
    PACKAGE_JSON('^4.21.1', ', "zod": "^3.23.8"'),
  ),
  edited(
    'requirements.txt',
    '14:44',
    'flask==3.0.3\npsycopg==3.2.3\nrequests==2.31.0\n',
    'flask==3.0.3\ngunicorn==22.0.0\npsycopg==3.2.3\nrequests==2.32.3\n',
  ),
  old('docker-compose.yml', COMPOSE),
  edited(
    'Dockerfile',
    '14:38',
    'FROM node:18-slim\nWORKDIR /app\nCOPY . .\nUSER node\n',
    'FROM node:20-slim\nWORKDIR /app\nCOPY . .\nUSER node\n',
  ),
  made('src/app.py', '14:35', `from flask import Flask\n\napp = Flask(__name__)\n${lines(61, '# route')}`),
  edited('src/cart.py', '14:44', CART_BEFORE, CART),
  old('src/legacy.py', `# TODO: split this up\nresult = eval(expression)\n${lines(308, 'x = 1')}`),
  old('src/db.py', `import psycopg\n${lines(89, '# query')}`),
  old('src/worker.py', lines(120, '# worker')),
  made('src/helpers/dates.py', '14:45', 'def parse_date(text):\n    return text\n'),
  made('src/templates/index.html', '14:42', '<h1>Shop</h1>\n', { created_at: LONG_AGO }),
  old('tests/test_app.py', lines(60, '# test')),
  made('tests/test_cart.py', '14:46', 'def test_empty_cart():\n    assert True\n'),
  old('tests/test_orders.py', lines(140, '# test')),
  old('migrations/0001_init.sql', 'CREATE TABLE customers (id int, name text);\nCREATE TABLE orders (id int);\n'),
  made('migrations/0002_add_email.sql', '14:36', 'ALTER TABLE customers ADD COLUMN email text;\n'),
  made('docs/api.md', '14:40', `# API\n\n## Endpoints\n${lines(47, '- GET')}`),
  old('docs/truth.md', '# Truth\n'),
  old('config/nginx.conf', `${NGINX}${lines(121, '# tuned')}`),
  edited('config/app.yaml', '14:39', `log_level: debug\n${APP_YAML}`, `log_level: info\n${APP_YAML}`),
  old('config/logging.json', '{"level": "info", "format": "json"}\n'),
  old('scripts/run.sh', '#!/bin/sh\nexec python3 -m shop.server\n', { mode: '0755' }),
  made('scripts/backup.sh', '14:36', '#!/bin/sh\nset -eu\npg_dump shop | gzip > "$1"\n', { mode: '0755' }),
  old('scripts/deploy.sh', '#!/bin/sh\ndocker compose up -d\n'),
  old('scripts/sync.sh', '#!/bin/sh\nrsync -a "$1" "$2"\n', {
    mode: '0775',
    changed_at: '2026-11-23T14:39:10Z',
    before: { content: '#!/bin/sh\nrsync -a "$1" "$2"\n', mode: '0644' },
  }),
  old('certs/server.crt', lines(30, 'certificate'), {
    created_at: '2026-03-01T08:00:00Z',
    modified_at: '2026-03-01T08:00:00Z',
  }),
  old('certs/server.key', lines(28, 'stand-in'), {
    mode: '0600',
    owner: 'root:root',
    changed_at: '2026-11-23T14:39:00Z',
    before: { content: lines(28, 'stand-in'), mode: '0644' },
  }),
  old('certs/api.crt', lines(29, 'certificate')),
  old('data/big.bin', { size: 5_242_880, lines: null, sha256: '2b' + '7c'.repeat(31) }),
  made('data/export.csv', '14:42', { size: 48_213, lines: 1205, sha256: '86c592ab' + '4f'.repeat(28) }),
  old('data/products.json', `[${'{"id": 1}, '.repeat(85)}{"id": 1}]\n`),
  made('backups/db-2026-11-23.sql.gz', '14:37', { size: 2_411_724, lines: null, sha256: 'd41f9e07' + 'a3'.repeat(28) }),
  made('backups/db-2026-11-23.sql.gz.sha256', '14:37', `d41f9e07${'a3'.repeat(28)}  db-2026-11-23.sql.gz\n`),
  made('backups/db-empty.sql', '14:37', ''),
  old(
    'backups/db-2026-11-16.sql.gz',
    { size: 2_350_080, lines: null, sha256: '9a' + '10'.repeat(31) },
    { created_at: '2026-11-16T03:00:00Z', modified_at: '2026-11-16T03:00:00Z' },
  ),
  old('logs/app.log', `${lines(200, 'INFO request served')}${lines(3, 'ERROR could not connect to api:8000')}`, {
    modified_at: '2026-11-23T14:29:00Z',
  }),
  made('logs/archive/old.log', '14:43', lines(500, 'INFO started'), { created_at: LONG_AGO, modified_at: LONG_AGO }),
  old('public/index.html', '<html></html>\n'),
  old('public/style.css', 'body {}\n'),
  old('public/app.js', 'start();\n'),
  made('reports/junit.xml', '14:50', JUNIT),
  made('reports/junit-web.xml', '14:53', JUNIT_WEB),
  made('reports/coverage.txt', '14:50', 'TOTAL 1204 205 83%\n'),
];

/** Beside those that the files need; uploads was made in the task, 0775, and is empty. */
export const AGENT_DIRECTORIES = [
  { path: 'uploads', mode: '0775', created_at: '2026-11-23T14:37:00Z', before: 'absent' },
  { path: 'releases', mode: '0755', created_at: LONG_AGO, before: 'same' },
] as const;

/** There when the task began, not there now. `moved_to` has the same content and birth. */
export const AGENT_GONE: readonly { readonly path: string; readonly content: string; readonly moved_to?: string }[] = [
  { path: 'config/old.ini', content: '[shop]\nold = yes\n' },
  { path: 'data/tmp.csv', content: 'a,b\n1,2\n' },
  { path: 'src/unused.py', content: 'pass\n' },
  { path: 'logs/old.log', content: lines(500, 'INFO started'), moved_to: 'logs/archive/old.log' },
  { path: 'templates/index.html', content: '<h1>Shop</h1>\n', moved_to: 'src/templates/index.html' },
];

/** Paths that claims name and that were never there: before the task as little as now. */
export const AGENT_NEVER_THERE = [
  'config/production.yaml',
  'config/redis.conf',
  'docs/architecture.md',
  'docs/deployment.md',
  'src/auth.py',
  'src/payment.py',
  'build',
  'dist',
  '.github/workflows/ci.yml',
] as const;

/** When the index of what was below the root was taken. */
export const INDEX_TAKEN_AT = TASK_BEGAN;
