import type { Inventory } from '../../../domain/command/action';
import { describeTarget } from '../../../domain/command/describe-target';
import { findTarget } from '../../../domain/plan/targets';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const OTHER = `sha256:${'cd'.repeat(32)}`;
const ID = `sha256:${'12'.repeat(32)}`;
const inventory: Inventory = {
  as_of: '2030-01-01T00:00:00.000Z',
  containers: [],
  networks: [],
  volumes: [],
  images: [
    { id: ID, tags: ['shop:1', 'localhost:5000/shop:latest'], digests: [`shop@${DIGEST}`, `localhost:5000/shop@${DIGEST}`] },
    // Written by an older gateway.
    { id: OTHER, tags: ['old:1'] },
  ],
};

describe('an image', () => {
  it.each<[string, string | null]>([
    ['shop:1', ID],
    [`shop@${DIGEST}`, ID],
    [`shop:1@${DIGEST}`, ID],
    // The engine goes by the digest, whatever the tag says.
    [`shop:2@${DIGEST}`, ID],
    [`localhost:5000/shop@${DIGEST}`, ID],
    [`localhost:5000/shop:9@${DIGEST}`, ID],
    ['localhost:5000/shop', ID],
    // The tag is there, and is another image than the digest says.
    [`shop:1@${OTHER}`, null],
    [`other:1@${DIGEST}`, null],
    [`old:1@${DIGEST}`, null],
    ['shop', null],
  ])('%s is bound to %p', (name, id) => {
    expect(findTarget({ kind: 'image', name }, inventory)).toBe(id);
    expect(describeTarget({ kind: 'image', name }, inventory)).toContain(id === null ? '(not found now)' : `id ${ID.slice(7, 19)}`);
  });
});
