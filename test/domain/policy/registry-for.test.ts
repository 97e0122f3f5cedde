import { parseAction } from '../../../domain/command/parse-action';
import { parsePolicyFile } from '../../../contracts/policy-file';
import { assessRequest } from '../../../domain/approval/assessment';
import { toEnvironment, toTenantId, toWorkerId } from '../../../domain/ids';
import { refusedCode } from '../../support/run-verb';

const policy = parsePolicyFile(
  `version: 1\nname: x\nenvironments: { dev: {}, strict: { unregistered: refuse }, some: { unregistered: { image: refuse } }, prd: { production: true } }\nreviewers: { may_decide: [{ everyone: true, environments: ['*'], risk_up_to: HIGH }] }\nregistry: { images: ['nginx:1.27'] }\n`,
);
const assess = (environment: string, ...commands: readonly string[]) =>
  assessRequest({ tenant: toTenantId('t'), environment: toEnvironment(environment), worker_id: toWorkerId('a'), task_name: 'x', instruction: '', commands, ordered: false, policy, inventory: null, now: 0, sha256: (text) => text });

test.each([
  ['dev', 'docker run redis', 'PENDING', 'HIGH'],
  ['dev', 'docker run nginx:1.27', 'PENDING', 'MEDIUM'],
  ['dev', 'docker exec web date', 'PENDING', 'HIGH'],
  ['dev', 'docker logs -f web', 'AUTO_APPROVED', 'LOW'],
  ['strict', 'docker run redis', 'AUTO_REJECTED', 'HIGH'],
  ['strict', 'docker logs -f web', 'AUTO_REJECTED', 'LOW'],
  ['strict', 'docker run nginx:1.27', 'PENDING', 'MEDIUM'],
  ['some', 'docker run redis', 'AUTO_REJECTED', 'HIGH'],
  ['some', 'docker exec web date', 'PENDING', 'HIGH'],
  ['prd', 'docker run redis', 'AUTO_REJECTED', 'HIGH'],
  ['prd', 'docker exec web date', 'AUTO_REJECTED', 'HIGH'],
])('%s: %s is %s', (environment, command, status, risk) => {
  const assessed = assess(environment, command);
  expect(assessed.status).toBe(status);
  if (status !== 'AUTO_REJECTED') expect(assessed.risk_level).toBe(risk);
});

test('the card says each part that nobody registered', () => {
  const { card, risk_reason } = assess('dev', 'docker run -e PGDATA=/x redis', 'docker exec web date');
  const says = ['image redis has no tag', 'the value of PGDATA is written by the agent', 'it can do anything the container’s user can'];
  for (const text of says) expect([risk_reason, card.risk_reasons.join()]).toEqual([expect.stringContaining(text), expect.stringContaining(text)]);
});

test('the same words are the same plan, registered or not', () => {
  const hashes = ['dev', 'dev'].map((environment) => assess(environment, 'docker run -d nginx:1.27').plan_text);
  const { args } = parseAction('docker run -d nginx:1.27', { ...policy.registry, images: [], unregistered: { image: 'ask' } });
  expect([hashes[0], args]).toEqual([hashes[1], parseAction('docker run -d nginx:1.27', policy.registry).args]);
});

test('a registry without the word of an environment refuses', () => {
  expect(refusedCode(() => parseAction('docker run redis', policy.registry))).toBe('COMMAND_IMAGE_NOT_ALLOWED');
});
