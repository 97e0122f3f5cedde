/** The registered Git repositories and databases of the corpus's world. */
const full = (short: string): string => short.padEnd(40, '0c4d9e2b7f15a836');

export const AGENT_REPOSITORIES = [
  {
    name: 'shop',
    path: '/srv/shop',
    remote: 'git@git.example.test:shop/shop.git',
    head: full('a0f8827'),
    branch: 'feature/checkout',
    /** What `git status` says: not clean. Nothing is staged. */
    modified: ['config/app.yaml'],
    untracked: ['data/export.csv'],
    stashes: 0,
    branches: {
      main: full('434efb7'),
      develop: full('c93d0aa'),
      'feature/checkout': full('a0f8827'),
      'feature/search': full('3d2e8b7'),
    },
    remote_branches: {
      'origin/main': full('434efb7'),
      'origin/develop': full('c93d0aa'),
      'origin/feature/checkout': full('1a2f483'),
    },
    /** Ahead of its upstream by a0f8827; feature/search is merged into main. */
    ahead: 1,
    behind: 0,
    tags: { 'v1.4.1': full('5be1c40'), 'v1.4.2': full('434efb7') },
    commits: [
      {
        revision: full('3d2e8b7'),
        subject: 'feat: search box',
        at: '2026-11-12T10:00:00Z',
        branches: [
          'main',
          'develop',
          'feature/checkout',
          'feature/search',
          'origin/main',
          'origin/develop',
          'origin/feature/checkout',
        ],
      },
      {
        revision: full('5be1c40'),
        subject: 'fix: currency rounding',
        at: '2026-11-18T10:00:00Z',
        branches: ['main', 'develop', 'feature/checkout', 'origin/main', 'origin/develop', 'origin/feature/checkout'],
      },
      {
        revision: full('434efb7'),
        subject: 'release: 1.4.2',
        at: '2026-11-19T10:00:00Z',
        branches: ['main', 'feature/checkout', 'origin/main', 'origin/feature/checkout'],
      },
      {
        revision: full('c93d0aa'),
        subject: 'chore: lint',
        at: '2026-11-19T12:00:00Z',
        branches: ['develop', 'origin/develop'],
      },
      {
        revision: full('1a2f483'),
        subject: 'feat: e-mail column',
        at: '2026-11-23T14:43:00Z',
        branches: ['feature/checkout', 'origin/feature/checkout'],
      },
      {
        revision: full('a0f8827'),
        subject: 'feat: checkout handles an empty cart',
        at: '2026-11-23T14:52:00Z',
        branches: ['feature/checkout'],
      },
    ],
    /** Deleted in the task. */
    gone_branches: ['fix/typo'],
  },
  {
    name: 'infra',
    path: '/srv/infra',
    remote: 'git@git.example.test:shop/infra.git',
    head: full('7c1d9e0'),
    branch: 'main',
    modified: [],
    untracked: [],
    stashes: 0,
    branches: { main: full('7c1d9e0') },
    remote_branches: { 'origin/main': full('7c1d9e0') },
    ahead: 0,
    behind: 0,
    tags: { 'v0.9.0': full('7c1d9e0') },
    commits: [
      {
        revision: full('7c1d9e0'),
        subject: 'feat: alerts',
        at: '2026-11-23T14:55:00Z',
        branches: ['main', 'origin/main'],
      },
    ],
    gone_branches: [],
  },
] as const;

export const AGENT_DATABASES = [
  {
    name: 'shop',
    engine: 'PostgreSQL 16.4',
    port: 18136,
    tables: {
      customers: { rows: 57, columns: ['id', 'name', 'email', 'created_at'] },
      orders: { rows: 1204, columns: ['id', 'customer_id', 'total', 'created_at'] },
      order_items: { rows: 3577, columns: ['id', 'order_id', 'product_id', 'quantity'] },
      invoices: { rows: 310, columns: ['id', 'order_id', 'paid_at'] },
      products: { rows: 86, columns: ['id', 'name', 'price'] },
      schema_migrations: { rows: 2, columns: ['version'] },
    },
    indexes: { idx_orders_created_at: 'orders', orders_pkey: 'orders', customers_pkey: 'customers' },
    /** Dropped in the task. customers had 57 rows and no column email when it began. */
    gone_tables: ['carts_tmp'],
  },
  {
    name: 'billing',
    engine: 'PostgreSQL 16.4',
    port: 18136,
    tables: {
      payments: { rows: 412, columns: ['id', 'order_id', 'amount'] },
      refunds: { rows: 0, columns: ['id', 'payment_id'] },
    },
    indexes: {},
    gone_tables: [],
  },
] as const;
