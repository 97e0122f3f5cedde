import { parseTemplate } from '../../../../domain/command/output/format-template';
import { redactInspect, refuseSecretPaths } from '../../../../domain/command/output/redact-inspect';

const CANARY = 'canary-4711';

test('values of the environment are masked wherever they stand, and their names stay', () => {
  const container = {
    Config: { Env: [`KEY=${CANARY}`, 'PATH=/bin', CANARY, `=${CANARY}`] },
    ContainerConfig: { Env: null },
    Nested: [{ env: [`A=${CANARY}`] }],
  };
  expect(redactInspect(container)).toEqual({
    Config: { Env: ['KEY=[REDACTED]', 'PATH=[REDACTED]', '[REDACTED]', '[REDACTED]'] },
    ContainerConfig: { Env: null },
    Nested: [{ env: ['A=[REDACTED]'] }],
  });
});

test('an environment in another form is masked whole', () => {
  expect(redactInspect({ Env: { KEY: CANARY }, Environment: CANARY })).toEqual({
    Env: '[REDACTED]',
    Environment: '[REDACTED]',
  });
});

test('labels, options and log drivers lose what their name says is secret', () => {
  const value = {
    Labels: { 'db.password': CANARY, team: 'core', 'org.opencontainers.image.authors': 'ann' },
    Options: { o: `username=u,password=${CANARY}`, device: '//nas/share', type: 'cifs' },
    HostConfig: { LogConfig: { Type: 'splunk', Config: { 'splunk-token': CANARY, 'splunk-url': 'https://splunk' } } },
  };
  expect(redactInspect(value)).toEqual({
    Labels: { 'db.password': '[REDACTED]', team: 'core', 'org.opencontainers.image.authors': 'ann' },
    Options: { o: '[REDACTED]', device: '//nas/share', type: 'cifs' },
    HostConfig: {
      LogConfig: { Type: 'splunk', Config: { 'splunk-token': '[REDACTED]', 'splunk-url': 'https://splunk' } },
    },
  });
});

test('credentials in the address of a proxy are masked', () => {
  expect(redactInspect({ HttpProxy: `http://user:${CANARY}@proxy:3128` })).toEqual({
    HttpProxy: 'http://[REDACTED]@proxy:3128',
  });
});

test('what is not secret stays as it is', () => {
  const value = { State: { Status: 'running', Pid: 1, Health: null }, Mounts: [{ Source: '/a', RW: true }] };
  expect(redactInspect(value)).toEqual(value);
});

test.each([
  '{{.Config.Env}}',
  '{{json .Config.Env}}',
  '{{.Config}}',
  '{{json .Config}}',
  '{{json .}}',
  'json',
  '{{.ContainerConfig}}',
  '{{.ContainerConfig.Env}}',
  'x {{.Name}} {{json .Config.Env}}',
  '{{.config.env}}',
  '{{.Spec.Env.X}}',
])('the template %p would print the environment and is refused', (format) => {
  expect(() => refuseSecretPaths(parseTemplate(format))).toThrow(
    expect.objectContaining({ code: 'COMMAND_FLAG_VALUE' }),
  );
});

test.each([
  '{{.State.Status}}',
  '{{.Config.Image}}',
  '{{json .Mounts}}',
  '{{.NetworkSettings.IPAddress}}',
  '{{json .HostConfig}}',
])('the template %p is fine', (format) => {
  expect(() => refuseSecretPaths(parseTemplate(format))).not.toThrow();
});
