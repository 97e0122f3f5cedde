import { systemDf } from '../../../../domain/command/verbs/system-df';
import { openDockerWorld, type DockerWorld } from '../../../support/docker-world';
import { refusedCode, registryWith, runVerb } from '../../../support/run-verb';

describe('docker system df', () => {
  it('adds up what is used and what is free of each kind, as docker does', () => {
    const run = systemDf.run({}, new Map());
    expect(run.next().value).toMatchObject({ method: 'GET', path: '/system/df' });
    const json = {
      LayersSize: 1000,
      Images: [
        { Size: 800, SharedSize: 200, Containers: 1 },
        { Size: 400, SharedSize: 200, Containers: 0 },
      ],
      Containers: [{ State: 'running', SizeRw: 10 }, { State: 'exited', SizeRw: 30 }, { State: 'created' }],
      Volumes: [{ UsageData: { Size: 50, RefCount: 1 } }, { UsageData: null }],
      BuildCache: null,
    };
    const { value } = run.next({ status: 200, json });
    expect((value as { output: string }).output.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['TYPE', 'TOTAL', 'ACTIVE', 'SIZE', 'RECLAIMABLE'],
      ['Images', '2', '1', '1kB', '400B (40%)'],
      ['Containers', '3', '1', '40B', '30B (75%)'],
      ['Local Volumes', '2', '1', '50B', '0B (0%)'],
      ['Build Cache', '0', '0', '0B', '0B'],
      [''],
    ]);
  });

  it('takes nothing else', () => {
    expect(refusedCode(() => systemDf.parse(['-v'], registryWith({})))).toBe('COMMAND_UNKNOWN_FLAG');
    expect(refusedCode(() => systemDf.parse(['x'], registryWith({})))).toBe('COMMAND_ARGUMENTS');
  });

  describe('on the real engine', () => {
    let world: DockerWorld;
    beforeAll(async () => {
      world = await openDockerWorld();
    });
    afterAll(() => world.close());

    it('prints its four kinds', async () => {
      const { exit_code, output } = await runVerb(world, systemDf, []);
      expect(exit_code).toBe(0);
      expect(
        output
          .split('\n')
          .slice(1, 5)
          .map((line) => line.split(/ {2,}/)[0]),
      ).toEqual(['Images', 'Containers', 'Local Volumes', 'Build Cache']);
    });
  });
});
