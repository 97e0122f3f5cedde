import { DOCKER_WORDS } from '../../../../clients/cli/hook/docker-words';
import { VERBS } from '../../../../domain/command/verbs';

describe('words after docker', () => {
  it('are those of the grammar, and the groups', () => {
    expect(VERBS.flatMap(({ spellings }) => spellings.map(([word]) => word)).filter((word) => word === undefined || !DOCKER_WORDS.has(word))).toEqual([]);
    for (const group of ['compose', 'container', 'image', 'volume', 'network', 'system']) expect(DOCKER_WORDS).toContain(group);
  });
});
