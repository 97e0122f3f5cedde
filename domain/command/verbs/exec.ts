import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { describeTarget } from '../describe-target';
import { refusal } from '../../errors';
import { parseVariables, parseWorkdir, parseUser, type Variable } from '../process-flags';
import { readFlags } from '../read-flags';
import { targetName } from '../read-names';
import { requiredId } from '../required-id';
import { waitsForPerson } from '../waits-for-person';

/** What was not said is left out: a plan that does not speak of it keeps its hash. */
type ExecArgs = {
  readonly container: string;
  readonly argv: readonly string[];
  readonly user?: string;
  readonly workdir?: string;
  readonly env?: readonly Variable[];
  readonly detach?: true;
  /** `-i` or `-t` was said; there is neither input nor a terminal. */
  readonly terminal?: true;
};

const FLAGS = {
  '--interactive': { short: '-i' },
  '--tty': { short: '-t' },
  '--detach': { short: '-d' },
  '--user': { short: '-u', value: true },
  '--workdir': { short: '-w', value: true },
  '--env': { short: '-e', value: true, repeat: true },
  '--privileged': { never: 'hands the host over' },
} as const;

export const exec: VerbSpec<ExecArgs> = {
  verb: 'exec',
  spellings: [['exec'], ['container', 'exec']],
  summary: 'runs an argument list inside a container; one that is not registered is asked for',
  parse(words, registry) {
    const flags = readFlags(words, FLAGS, true);
    const [first, ...argv] = flags.operands;
    if (first === undefined || argv.length === 0)
      throw refusal('COMMAND_ARGUMENTS', 'docker exec takes a container and a command', { verb: 'exec' });
    const terminal = flags.has('--interactive') || flags.has('--tty');
    if (terminal && waitsForPerson(argv)) {
      throw refusal('COMMAND_WAITS', `${argv.join(' ')} waits for a person at a terminal, and there is none; say what it shall do, such as \`${argv[0] ?? 'sh'} -c '…'\``, { part: argv[0] });
    }
    const [user, workdir] = [flags.value('--user'), flags.value('--workdir')];
    const env = parseVariables(flags.values('--env'), registry);
    return {
      container: targetName('container', first, registry),
      argv,
      ...(user === null ? {} : { user: parseUser(user) }),
      ...(workdir === null ? {} : { workdir: parseWorkdir(workdir) }),
      ...(env.length === 0 ? {} : { env }),
      ...(flags.has('--detach') ? { detach: true } : {}),
      ...(terminal ? { terminal } : {}),
    };
  },
  unregistered({ container, argv, user, workdir, env, detach, terminal }, registry) {
    const registered = Object.hasOwn(registry.exec, container) ? registry.exec[container] : undefined;
    const plain = user === undefined && workdir === undefined && env === undefined && detach === undefined && terminal === undefined;
    if (plain && registered?.some((list) => list.length === argv.length && list.every((word, at) => word === argv[at])) === true) return [];
    const says = `this argument list is not registered for ${container} (exec): it can do anything the container’s user can`;
    return [{ kind: 'exec', code: plain || terminal === true ? 'COMMAND_EXEC_NOT_ALLOWED' : 'COMMAND_UNKNOWN_FLAG', says, part: argv[0] ?? '' }];
  },
  // What a program inside does cannot be known from outside; an operator registered it, or a person looks at it.
  reversibility: () => 'REVERSIBLE',
  targets: ({ container }) => [{ kind: 'container', name: container }],
  creates: () => [],
  render(args, inventory) {
    const { container, argv, user, workdir, env = [], detach, terminal } = args;
    return [
      `runs ${argv.map((word) => JSON.stringify(word)).join(' ')} in ${describeTarget({ kind: 'container', name: container }, inventory)}`,
      ...(user === undefined ? [] : [`as user ${user}`]),
      ...(workdir === undefined ? [] : [`in directory ${workdir}`]),
      ...env.map(({ name, value }) => `with ${name}=${value}`),
      ...(detach === undefined ? [] : ['in the background']),
      ...(terminal === undefined ? [] : ['without a terminal and with no input']),
    ].join(', ');
  },
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    const { container, argv, user, workdir, env, detach = false } = args;
    const id = requiredId(ids, { kind: 'container', name: container });
    const created = yield {
      method: 'POST',
      path: `/containers/${id}/exec`,
      answer: 'json',
      expect: [201],
      body: {
        Cmd: [...argv],
        AttachStdout: !detach,
        AttachStderr: !detach,
        AttachStdin: false,
        Tty: false,
        Privileged: false,
        ...(user === undefined ? {} : { User: user }),
        ...(workdir === undefined ? {} : { WorkingDir: workdir }),
        ...(env === undefined ? {} : { Env: env.map(({ name, value }) => `${name}=${value}`) }),
      },
    };
    const { Id: execId } = created.json as { Id: string };
    const path = `/exec/${execId}/start`;
    if (detach) {
      yield { method: 'POST', path, body: { Detach: true, Tty: false }, answer: 'none', expect: [200] };
      return { exit_code: 0, output: '' };
    }
    const { stdout = '', stderr = '' } = yield { method: 'POST', path, body: { Detach: false, Tty: false }, answer: 'multiplexed', expect: [200] };
    const { json } = yield { method: 'GET', path: `/exec/${execId}/json`, answer: 'json', expect: [200] };
    const { ExitCode } = json as { ExitCode: number | null };
    return { exit_code: ExitCode ?? 255, output: stdout + stderr };
  },
};
