import { run } from '../../../../domain/command/verbs/run';
import { readVerb, refusedCode, registryWith } from '../../../support/run-verb';

const CLOSED = registryWith({
  images: ['alpine:3.20', 'registry.example.com/shop/*'],
  run_env: { MODE: 'test' },
  run_networks: ['shop_default', 'host'],
  run_volumes: ['shop_data', 'shop_cache'],
  host_mounts: [
    { source: '/srv/reports', readonly: true },
    { source: '/srv/inbox', readonly: false },
  ],
  protected: { containers: ['wingman-*'], networks: [], volumes: [] },
});

const IMAGE = 'alpine:3.20';
test.each<[readonly string[]]>([
  [['--rm', IMAGE, 'id']],
  [['--rm', '--memory', '256m', '--cpus', '0.5', IMAGE, 'true']],
  [['-d', '--name', 'job1', 'registry.example.com/shop/job:7']],
  [['--rm', '--mount', 'type=volume,src=shop_data,dst=/data,readonly', IMAGE, 'ls', '/data']],
  [['--rm', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', IMAGE, 'id']],
  [['--rm', '--cap-drop=ALL', '--security-opt=no-new-privileges:true', IMAGE]],
  [['-d', '--restart', 'on-failure:3', IMAGE]],
  [['-d', '--restart=no', IMAGE]],
  [['--rm', '-e', 'MODE', IMAGE]],
  [['--rm', '-v', '/srv/reports:/reports:ro', IMAGE]],
  [['--rm', '-v', '/srv/inbox:/inbox', IMAGE]],
  [['--rm', '--mount', 'type=bind,source=/srv/reports,target=/r,ro', IMAGE]],
  [['-d', '-p', '8080:80', '-p', '[::1]:8081:81/tcp', IMAGE]],
  [['--rm', '--network', 'none', IMAGE]],
  [['--rm', '--pids-limit', '100', '--init', '-w', '/srv/app', IMAGE, 'pwd']],
  [['--rm', '--network=shop_default', '--read-only', IMAGE]],
])('%j is accepted', (words) => {
  expect(refusedCode(() => readVerb(run, words, CLOSED))).toBe('accepted');
});

const flags: readonly (readonly string[])[] = [
  ['--privileged'],
  ['--privileged=true'],
  ['-i'],
  ['-t'],
  ['-it'],
  ['-itv', '/:/host'],
  ['-div/:/host'],
  ['--volumes-from', 'x'],
  ['--volume-driver', 'evil'],
  ['--device', '/dev/sda'],
  ['--device=/dev/mem'],
  ['--device-cgroup-rule', 'a *:* rwm'],
  ['--cap-add', 'SYS_ADMIN'],
  ['--cap-add=ALL'],
  ['--pid=host'],
  ['--pid', 'host'],
  ['--pid=container:web'],
  ['--ipc=host'],
  ['--uts=host'],
  ['--userns=host'],
  ['--cgroupns=host'],
  ['--cgroup-parent=/'],
  ['--sysctl', 'a=b'],
  ['--ulimit', 'core=-1'],
  ['--cidfile', '/etc/x'],
  ['--env-file', '/etc/x'],
  ['--entrypoint', 'sh'],
  ['--add-host', 'a:1.2.3.4'],
  ['--dns', '1.2.3.4'],
  ['--link', 'db'],
  ['--label', 'a=b'],
  ['--label-file', '/x'],
  ['--log-driver', 'syslog'],
  ['--runtime', 'x'],
  ['--gpus', 'all'],
  ['--oom-kill-disable'],
  ['--oom-score-adj', '-1000'],
  ['--shm-size', '9g'],
  ['--tmpfs', '/x'],
  ['--group-add', 'docker'],
  ['-P'],
  ['--publish-all'],
  ['--expose', '1'],
  ['--annotation', 'x=y'],
  ['--detach-keys', 'x'],
  ['--memory-swap', '-1'],
  ['--storage-opt', 'x'],
  ['--platform', 'x'],
  ['--pull', 'always'],
  ['--isolation', 'x'],
  ['--mac-address', 'x'],
  ['--ip', '1.2.3.4'],
];
test.each(flags.map((flag) => [flag]))('the flag %j is refused where nobody is asked', (flag) => {
  expect(refusedCode(() => readVerb(run, ['--rm', ...flag, IMAGE, 'id'], CLOSED))).toMatch(/^COMMAND_(?:UNKNOWN_FLAG|FLAG_VALUE|ARGUMENTS)$/);
});

const values: readonly (readonly string[])[] = [
  ['-v', '/:/host'],
  ['-v/:/host'],
  ['--volume=/:/host:ro'],
  ['-v', '/etc:/etc'],
  ['-v', '/srv/reports:/r'],
  ['-v', '/srv/reports/../x:/r:ro'],
  ['-v', './x:/h'],
  ['-v', '../x:/h'],
  ['-v', '/data'],
  ['-v', 'shop_data'],
  ['-v', 'other_volume:/d'],
  ['-v', 'shop_data:/d:ro:x'],
  ['-v', 'shop_data:d'],
  ['-v', 'shop_data:/'],
  ['-v', 'shop_data:/a/../b'],
  ['-v', 'shop_data:/proc'],
  ['-v', 'shop_data:/sys/fs'],
  ['-v', ':/d'],
  ['-v', 'shop_data::ro'],
  ['-v', 'shop_data:/d', '-v', 'shop_cache:/d'],
  ['--mount', 'type=bind,source=/,target=/host'],
  ['--mount', 'type=bind,src=/etc,dst=/e,readonly'],
  ['--mount', 'type=bind,src=/srv/reports,dst=/e'],
  ['--mount', 'type=volume,dst=/h,volume-driver=local,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/'],
  ['--mount', 'type=tmpfs,dst=/x,type=bind,source=/'],
  ['--mount', 'type=tmpfs,dst=/x'],
  ['--mount', 'type=volume,src=shop_data,source=other,dst=/d'],
  ['--mount', 'type=volume,src=shop_data,dst=/d,target=/e'],
  ['--mount', 'type=volume,dst=/d'],
  ['--mount', 'type=volume,src=shop_data'],
  ['--mount', 'type=volume,src=shop_data,dst=/d,bind-propagation=shared'],
  ['--mount', 'type=npipe,src=shop_data,dst=/d'],
  ['--mount', ''],
  ['--mount', 'type=volume,src=shop_data,dst=/d,'],
  ['--mount', 'type=volume,"src=shop_data",dst=/d'],
  ['--mount', 'Type=bind,src=shop_data,dst=/d'],
  ['--mount', 'constructor=1,src=shop_data,dst=/d'],
  ['--mount', 'src=shop_data,dst=/d,readonly=maybe'],
  ['--security-opt', 'seccomp=unconfined'],
  ['--security-opt', 'label=disable'],
  ['--security-opt', 'systempaths=unconfined'],
  ['--security-opt', 'no-new-privileges=false'],
  ['--security-opt', 'no-new-privileges:false'],
  ['--security-opt', 'apparmor=unconfined'],
  ['--cap-drop', 'NET_RAW'],
  ['--restart=always'],
  ['--restart', 'unless-stopped'],
  ['--restart', 'on-failure:0'],
  ['--restart', 'on-failure:-1'],
  ['--restart', ''],
  ['--network', 'host'],
  ['--network=container:web'],
  ['--network', 'other'],
  ['--network', 'bridge,alias=x'],
  ['--network', 'shop_default', '--network', 'none'],
  ['--env', 'MODE=other'],
  ['-e', 'LD_PRELOAD'],
  ['-e', 'LD_PRELOAD=/x'],
  ['-eMODE=x'],
  ['--env', 'constructor'],
  ['--env', ''],
  ['-p', '0.0.0.0:80:80'],
  ['-p', '80'],
  ['-p', '10.0.0.1:80:80'],
  ['-p', '::1:80:80'],
  ['-p', '8000-8010:8000-8009'],
  ['-p', '0:80'],
  ['-p', '80:65536'],
  ['-p', '80:80/sctp'],
  ['-p', '127.0.0.1::80'],
  ['--memory', '1m'],
  ['--memory', '-1'],
  ['--memory', '999999g'],
  ['--memory', 'lots'],
  ['--cpus', '0'],
  ['--cpus', '-1'],
  ['--cpus', '1e9'],
  ['--cpus', 'all'],
  ['--user', 'root;id'],
  ['--user', ''],
  ['--user', '0:0:0'],
  ['--pids-limit', '-1'],
  ['--pids-limit', '0'],
  ['--pids-limit', '513'],
  ['--workdir', 'srv'],
  ['--workdir', '/srv/../etc'],
];
test.each(values.map((value) => [value]))('the value of %j is refused', (value) => {
  const code = refusedCode(() => readVerb(run, ['-d', ...value, IMAGE, 'id'], CLOSED));
  expect(['COMMAND_FLAG_VALUE', 'COMMAND_TARGET_NAME', 'COMMAND_UNKNOWN_FLAG']).toContain(code);
});

test.each([
  ['evil.example/x:latest'],
  ['alpine'],
  ['alpine:3.20/../evil'],
  ['registry.example.com.evil.example/shop/api:1'],
  ['registry.example.com@evil.example/shop/api:1'],
  ['REGISTRY.example.com/shop/api:1'],
  ['alpine:3.21'],
  ['registry.example.com/shop/../evil:1'],
  [''],
])('the image %p is refused', (image) => {
  expect(refusedCode(() => readVerb(run, ['--rm', image, 'id'], CLOSED))).toMatch(
    /^COMMAND_(?:IMAGE_NOT_ALLOWED|TARGET_NAME|ARGUMENTS|FLAG_VALUE)$/,
  );
});

test.each<[readonly string[], string]>([
  [[], 'COMMAND_ARGUMENTS'],
  [['--rm'], 'COMMAND_ARGUMENTS'],
  [['--name', 'wingman-gateway', IMAGE], 'COMMAND_TARGET_PROTECTED'],
  [['--name', '../x', IMAGE], 'COMMAND_TARGET_NAME'],
  [['-d', '--rm', '--restart', 'on-failure', IMAGE], 'COMMAND_ARGUMENTS'],
])('%j is refused with %s', (words, code) => {
  expect(refusedCode(() => readVerb(run, words, CLOSED))).toBe(code);
});

test('a container that can write to what outlives it is destructive, any other can be undone', () => {
  const classOf = (...words: string[]) => run.reversibility(run.parse([...words, IMAGE], CLOSED));
  expect(classOf('--rm')).toBe('REVERSIBLE');
  expect(classOf('--rm', '-v', 'shop_data:/d:ro')).toBe('REVERSIBLE');
  expect(classOf('--rm', '-v', 'shop_data:/d')).toBe('DESTRUCTIVE');
});

test('the card names image, command, ports, mounts and that the ports are local', () => {
  const words = [
    '-d',
    '--name',
    'job',
    '-p',
    '8080:80',
    '-v',
    '/srv/inbox:/inbox',
    '-e',
    'MODE',
    '--restart',
    'on-failure:2',
    IMAGE,
    'sleep',
    '1 2',
  ];
  expect(run.render(run.parse(words, CLOSED), null)).toBe(
    'runs container job of image alpine:3.20, command ["sleep","1 2"], stays in the background, port 127.0.0.1:8080 to 80/tcp, ' +
      'HOST DIRECTORY /srv/inbox at /inbox, environment MODE, restarted after a failure up to 2 times',
  );
  expect(run.creates(run.parse(words, CLOSED))).toEqual([{ kind: 'container', name: 'job' }]);
});
