import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERBS } from '../../domain/command/verbs';

describe('docs/commands.md', () => {
  const text = readFileSync(join(__dirname, '..', '..', 'docs', 'commands.md'), 'utf8');

  it('has every spelling of every verb, and its summary', () => {
    expect(VERBS.length).toBeGreaterThan(30);
    const missing = VERBS.filter(({ spellings, summary }) => !text.includes(summary) || !spellings.every((words) => text.includes(`\`docker ${words.join(' ')}\``)));
    expect(missing.map(({ verb }) => verb)).toEqual([]);
  });
});
