/** The rest of the corpus's machine: processes, ports, HTTP, services, packages, users, cron, certificates, DNS, test runs and backups. */

export const AGENT_PROCESSES = [
  { name: 'shop-worker', pids: ['4101'], started_at: '2026-11-23T14:33:40Z', user: 'shop' },
  { name: 'shop-sched', pids: ['4180'], started_at: '2026-11-23T14:33:50Z', user: 'shop' },
  /** The server on 18131. */
  { name: 'python3', pids: ['4022'], started_at: '2026-11-20T08:00:00Z', user: 'shop' },
  { name: 'gunicorn', pids: ['4301', '4302', '4303', '4304'], started_at: '2026-11-23T14:45:10Z', user: 'shop' },
  { name: 'git-daemon', pids: ['910'], started_at: '2026-11-20T08:00:00Z', user: 'root' },
  { name: 'sshd', pids: ['780'], started_at: '2026-11-20T08:00:00Z', user: 'root' },
  { name: 'cron', pids: ['640'], started_at: '2026-11-20T08:00:00Z', user: 'root' },
] as const;

/** All that listens. 18133 was closed before the task too. */
export const AGENT_PORTS = [
  { port: 22, address: '0.0.0.0', process: 'sshd' },
  { port: 9418, address: '127.0.0.1', process: 'git-daemon' },
  { port: 18131, address: '127.0.0.1', process: 'python3' },
  { port: 18135, address: '0.0.0.0', process: 'docker-proxy' },
  { port: 18136, address: '0.0.0.0', process: 'docker-proxy' },
  { port: 18138, address: '127.0.0.1', process: 'docker-proxy' },
  { port: 18139, address: '0.0.0.0', process: 'gunicorn' },
] as const;

/** Registered targets by name; every route that claims speak of. A path that is not listed answers 404. */
export const AGENT_HTTP = [
  {
    name: 'shop',
    base: 'http://127.0.0.1:18131',
    routes: {
      '/': { status: 200, body: 'shop\n' },
      '/health': { status: 200, body: '{"status":"ok","version":"1.4.2"}' },
      '/ready': { status: 503, body: '{"status":"starting"}' },
      '/admin': { status: 401 },
      '/api/customers': { status: 500 },
      '/api/orders': { status: 200, body: '[]' },
      '/api/products': { status: 200, body: '[{"id":1}]' },
      '/metrics': { status: 200, body: 'up 1\n' },
      '/login': { status: 302, location: '/auth/login' },
      '/old': { status: 301, location: '/' },
    },
  },
  {
    name: 'web',
    base: 'http://127.0.0.1:18135',
    routes: { '/': { status: 200, body: '<h1>Shop</h1>' }, '/static/app.css': { status: 200, body: 'body {}' } },
  },
  { name: 'mail', base: 'http://127.0.0.1:18138', routes: { '/': { status: 200, body: 'Mailpit' } } },
  {
    name: 'staging',
    base: 'http://127.0.0.1:18139',
    routes: {
      '/': { status: 200 },
      '/health': { status: 200, body: '{"status":"ok"}' },
      '/version': { status: 200, body: '1.4.1' },
    },
  },
  /** Registered, and nothing answers. */
  { name: 'preview', base: 'http://127.0.0.1:18133', routes: null },
] as const;

export const AGENT_SERVICES = [
  { name: 'docker', state: 'active', enabled: true, started_at: '2026-11-20T07:58:00Z' },
  { name: 'ssh', state: 'active', enabled: true, started_at: '2026-11-20T07:58:00Z' },
  { name: 'cron', state: 'active', enabled: true, started_at: '2026-11-20T07:58:00Z' },
  { name: 'chrony', state: 'active', enabled: true, started_at: '2026-11-20T07:58:00Z' },
  { name: 'shop-agent', state: 'active', enabled: true, started_at: '2026-11-23T14:45:30Z' },
  { name: 'fail2ban', state: 'failed', enabled: true },
  { name: 'ufw', state: 'inactive', enabled: false },
] as const;

/** `since`: installed, upgraded or removed in the task; `was` is what was there before. Anything else that is named is not installed. */
export const AGENT_PACKAGES = [
  { manager: 'dpkg', name: 'git', version: '1:2.39.5-0+deb12u3' },
  { manager: 'dpkg', name: 'curl', version: '7.88.1-10+deb12u8' },
  { manager: 'dpkg', name: 'python3', version: '3.11.2-1+b1' },
  { manager: 'dpkg', name: 'openssl', version: '3.0.15-1~deb12u1' },
  { manager: 'dpkg', name: 'nodejs', version: '20.18.1-1nodesource1' },
  { manager: 'dpkg', name: 'postgresql-client-15', version: '15.10-0+deb12u1' },
  { manager: 'dpkg', name: 'tmux', version: '3.3a-3' },
  { manager: 'dpkg', name: 'jq', version: '1.6-2.1+deb12u1', since: '2026-11-23T14:32:00Z', was: null },
  { manager: 'dpkg', name: 'htop', version: null, since: '2026-11-23T14:32:30Z', was: '3.2.2-2' },
  { manager: 'npm', name: 'express', version: '4.21.1', since: '2026-11-23T14:44:00Z', was: '4.18.2' },
  { manager: 'npm', name: 'lodash', version: '4.17.21' },
  { manager: 'npm', name: 'typescript', version: '5.6.3' },
  { manager: 'npm', name: 'zod', version: '3.23.8', since: '2026-11-23T14:44:00Z', was: null },
  { manager: 'npm', name: 'moment', version: null, since: '2026-11-23T14:44:00Z', was: '2.30.1' },
  { manager: 'pip', name: 'flask', version: '3.0.3' },
  { manager: 'pip', name: 'psycopg', version: '3.2.3' },
  { manager: 'pip', name: 'pytest', version: '8.3.3' },
  { manager: 'pip', name: 'requests', version: '2.32.3', since: '2026-11-23T14:44:30Z', was: '2.31.0' },
  { manager: 'pip', name: 'gunicorn', version: '22.0.0', since: '2026-11-23T14:44:30Z', was: null },
] as const;
/** Where npm and pip look. */
export const PACKAGE_PLACES = { npm: '/srv/shop/node_modules', pip: '/srv/shop/.venv' } as const;

export const AGENT_USERS = [
  { name: 'shop', uid: 1001, groups: ['shop', 'docker'], shell: '/bin/bash' },
  { name: 'ops', uid: 1000, groups: ['ops', 'sudo'], shell: '/bin/bash' },
  { name: 'deploy', uid: 1002, groups: ['deploy'], shell: '/usr/sbin/nologin', created_at: '2026-11-23T14:34:30Z' },
  { name: 'www-data', uid: 33, groups: ['www-data'], shell: '/usr/sbin/nologin' },
] as const;

export const AGENT_CRON = [
  { user: 'shop', schedule: '0 3 * * *', command: '/srv/shop/scripts/backup.sh', added_at: '2026-11-23T14:38:00Z' },
  { user: 'shop', schedule: '*/15 * * * *', command: '/srv/shop/scripts/sync.sh' },
  { user: 'root', schedule: '30 4 * * 0', command: '/usr/sbin/logrotate /etc/logrotate.conf' },
] as const;

export const AGENT_CERTIFICATES = [
  {
    path: '/srv/shop/certs/server.crt',
    subject: 'shop.example.test',
    names: ['shop.example.test', 'www.shop.example.test'],
    issuer: 'Example Test CA',
    not_before: '2026-03-01T00:00:00Z',
    not_after: '2027-03-01T00:00:00Z',
  },
  {
    path: '/srv/shop/certs/api.crt',
    subject: 'api.example.test',
    names: ['api.example.test'],
    issuer: 'Example Test CA',
    not_before: '2025-11-01T00:00:00Z',
    not_after: '2026-11-01T00:00:00Z',
  },
] as const;

/** Registered names, as they resolve; mail.example.test has no record. */
export const AGENT_DNS = [
  { name: 'shop.example.test', type: 'A', values: ['192.0.2.10'] },
  { name: 'www.shop.example.test', type: 'CNAME', values: ['shop.example.test'] },
  { name: 'api.example.test', type: 'A', values: ['192.0.2.11'] },
  { name: 'mail.example.test', type: 'A', values: [] },
] as const;

/** Registered runs, the last of each: `unit` is pytest below tests/, `web` is npm test. */
export const AGENT_TEST_RUNS = [
  {
    name: 'unit',
    report: '/srv/shop/reports/junit.xml',
    at: '2026-11-23T14:50:00Z',
    tests: 48,
    passed: 45,
    failed: 2,
    skipped: 1,
    failing: ['tests/test_orders.py::test_refund', 'tests/test_orders.py::test_currency_rounding'],
    files: {
      'tests/test_app.py': { passed: 17 },
      'tests/test_cart.py': { passed: 9 },
      'tests/test_orders.py': { passed: 19, failed: 2, skipped: 1 },
    },
    coverage_percent: 83,
    exit_code: 1,
  },
  {
    name: 'web',
    report: '/srv/shop/reports/junit-web.xml',
    at: '2026-11-23T14:53:00Z',
    tests: 23,
    passed: 23,
    failed: 0,
    skipped: 0,
    exit_code: 0,
  },
] as const;

/** The registered backup: its file, the checksum beside it (which agrees) and the last registered test restore. */
export const AGENT_BACKUP = {
  name: 'shop-db',
  file: '/srv/shop/backups/db-2026-11-23.sql.gz',
  checksum_agrees: true,
  restore: { at: '2026-11-23T14:39:00Z', succeeded: true, tables: 6, rows: { orders: 1204, customers: 57 } },
} as const;
