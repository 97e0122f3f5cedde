import { readHookArguments } from '../../../../clients/cli/hook/hook-arguments';

describe('arguments of the hook', () => {
  it('are read without the parser of options when they are those that are put into settings', () => {
    expect(readHookArguments(['hook'])).toEqual({ waitSeconds: 540, programs: [] });
    expect(readHookArguments(['hook', '--wait', '100', '--programs', 'systemctl,g++'])).toEqual({ waitSeconds: 100, programs: ['systemctl', 'g++'] });
  });

  it.each([
    [[]], [['approve']], [['hook', 'install']], [['hook', '--help']], [['hook', '--wait']], [['hook', '--wait', '0']], [['hook', '--wait', '90000']], [['hook', '--wait', '1e3']],
    [['hook', '--programs', 'a, b']], [['hook', '--programs', '--wait']], [['hook', '--key', 'x']], [['--json', 'hook']],
  ])('%j is for the whole command', (words) => expect(readHookArguments(words)).toBeNull());
});
