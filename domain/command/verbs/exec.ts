import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { describeTarget } from '../describe-target';
import { refusal } from '../../errors';
import { targetName } from '../read-names';
import { requiredId } from '../required-id';

type ExecArgs = { readonly container: string; readonly argv: readonly string[] };

/** Exactly what an operator registered for this container, with its own user, environment and directory: no flag at all. */
export const exec: VerbSpec<ExecArgs> = {
  verb: 'exec',
  spellings: [['exec'], ['container', 'exec']],
  summary: 'runs a registered argument list inside a container',
  parse(words, registry) {
    const [first, ...argv] = words;
    if (first === undefined || argv.length === 0)
      throw refusal('COMMAND_ARGUMENTS', 'docker exec takes a container and a command', { verb: 'exec' });
    if (first.startsWith('-'))
      throw refusal('COMMAND_UNKNOWN_FLAG', `docker exec takes no flags here, so no ${first}`, { flag: first });
    const container = targetName('container', first, registry);
    const registered = Object.hasOwn(registry.exec, container) ? registry.exec[container] : undefined;
    const isRegistered =
      registered?.some((list) => list.length === argv.length && list.every((word, at) => word === argv[at])) === true;
    if (!isRegistered) {
      throw refusal(
        'COMMAND_EXEC_NOT_ALLOWED',
        `this argument list is not registered for ${container}; an operator adds it under registry.exec`,
        { part: argv[0] },
      );
    }
    return { container, argv };
  },
  // What a program inside does cannot be known from outside; an operator registered it, a person looks at it.
  reversibility: () => 'REVERSIBLE',
  targets: ({ container }) => [{ kind: 'container', name: container }],
  creates: () => [],
  render: ({ container, argv }, inventory) =>
    `runs ${argv.map((word) => JSON.stringify(word)).join(' ')} in ${describeTarget({ kind: 'container', name: container }, inventory)}`,
  *run({ container, argv }, ids): Generator<EngineCall, StepResult, EngineReply> {
    const id = requiredId(ids, { kind: 'container', name: container });
    const created = yield {
      method: 'POST',
      path: `/containers/${id}/exec`,
      answer: 'json',
      expect: [201],
      body: {
        Cmd: [...argv],
        AttachStdout: true,
        AttachStderr: true,
        AttachStdin: false,
        Tty: false,
        Privileged: false,
      },
    };
    const { Id: execId } = created.json as { Id: string };
    const { stdout = '', stderr = '' } = yield {
      method: 'POST',
      path: `/exec/${execId}/start`,
      body: { Detach: false, Tty: false },
      answer: 'multiplexed',
      expect: [200],
    };
    const { json } = yield { method: 'GET', path: `/exec/${execId}/json`, answer: 'json', expect: [200] };
    const { ExitCode } = json as { ExitCode: number | null };
    return { exit_code: ExitCode ?? 255, output: stdout + stderr };
  },
};
