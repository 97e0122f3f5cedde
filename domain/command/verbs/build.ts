import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { refusal } from '../../errors';
import { isDockerfilePath } from '../compose/dockerfile-path';
import { readFlags, type FlagSpec } from '../read-flags';
import { imageName, unregisteredImage } from '../read-names';
import { requireOperands } from '../require-operands';
import { forbiddenHostPath } from '../run/host-path';
import type { Unregistered } from '../unregistered';

/** What is optional is there only if it was said: a plan that does not speak of it keeps its hash. */
type BuildArgs = {
  /** `name:tag` of the image to be. */
  readonly image: string;
  /** Name of a registered build context, or a directory of the host. */
  readonly context: string;
  readonly dockerfile: string;
  readonly tags?: readonly string[];
  readonly build_args?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly no_cache?: true;
  readonly pull?: true;
  /** Steps of the Dockerfile may reach the network: so they can in docker, and so they cannot in a registered context. */
  readonly network?: true;
};

const FLAGS: Readonly<Record<string, FlagSpec>> = {
  '--tag': { short: '-t', value: true, repeat: true },
  '--file': { short: '-f', value: true },
  '--build-arg': { value: true, repeat: true },
  '--label': { value: true, repeat: true },
  '--target': { value: true },
  '--platform': { value: true },
  '--no-cache': {},
  '--pull': {},
  '--rm': {},
  '--force-rm': {},
  '--load': {},
  '--quiet': { short: '-q' },
  '--progress': { value: true },
  '--network': { value: true },
  '--secret': { never: 'hands a secret to what is built' },
  '--ssh': { never: 'hands keys to what is built' },
  '--allow': { never: 'takes the bounds of the build away' },
  '--security-opt': { never: 'takes the bounds of the build away' },
  '--cgroup-parent': { never: 'takes it out of its bounds' },
  '--add-host': { never: 'is not what this builder takes' },
  '--push': { never: 'sends the image away unseen; ask for `docker push` afterwards' },
  '--output': { short: '-o', never: 'writes where the gateway runs' },
};

/** The classic builder: the other one needs a session that reaches back to the client. */
export const build: VerbSpec<BuildArgs> = {
  verb: 'build',
  spellings: [['build'], ['image', 'build'], ['builder', 'build'], ['buildx', 'build'], ['buildx', 'b']],
  summary: 'builds an image from a registered build context, or from a directory of the host',
  parse(words, registry) {
    const flags = readFlags(words, FLAGS);
    const [context] = requireOperands('build', flags.operands, 1, 1);
    const [image, ...tags] = flags.values('--tag').map(toTag);
    if (image === undefined) throw refusal('COMMAND_ARGUMENTS', 'docker build needs -t image:tag', { flag: '--tag' });
    const registered = Object.hasOwn(registry.build_contexts, context) ? registry.build_contexts[context] : undefined;
    const file = flags.value('--file');
    const network = flags.value('--network');
    if (network !== null && network !== 'default' && network !== 'none') throw refusal('COMMAND_FLAG_VALUE', `--network ${network}: a build is given no network of the host or of others`, { flag: '--network', part: network });
    const target = flags.value('--target');
    const pairs = (flag: string) => Object.fromEntries(flags.values(flag).map((text) => toPair(flag, text)));
    const [build_args, labels] = [pairs('--build-arg'), pairs('--label')];
    return {
      image,
      context: registered === undefined ? requireDirectory(context) : context,
      dockerfile: file === null ? (registered?.dockerfile ?? 'Dockerfile') : dockerfileIn(context, file),
      ...(tags.length === 0 ? {} : { tags }),
      ...(Object.keys(build_args).length === 0 ? {} : { build_args }),
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      ...(target === null ? {} : { target: toStage(target) }),
      ...(flags.has('--no-cache') ? { no_cache: true } : {}),
      ...(flags.has('--pull') ? { pull: true } : {}),
      ...(registered === undefined && network !== 'none' ? { network: true } : {}),
    };
  },
  unregistered(args, registry) {
    const { image, tags = [], context, dockerfile } = args;
    const registered = Object.hasOwn(registry.build_contexts, context) ? registry.build_contexts[context] : undefined;
    const option = (says: string, part: string): Unregistered => ({ kind: 'option', code: 'COMMAND_UNKNOWN_FLAG', says, part });
    return [
      ...(registered === undefined ? [{ kind: 'build' as const, code: 'COMMAND_ARGUMENTS' as const, says: `the build context ${context} is not registered (build_contexts): it is built from what the directory holds when it runs`, part: context }] : []),
      ...[image, ...tags].flatMap((one) => unregisteredImage(one, registry)),
      ...(registered === undefined || registered.dockerfile === dockerfile ? [] : [option(`built by ${dockerfile}, not by the registered ${registered.dockerfile}`, dockerfile)]),
      ...Object.entries(args.build_args ?? {}).map(([name, value]) => option(`build argument ${name}=${value} is written by the agent`, name)),
      ...Object.keys(args.labels ?? {}).map((name) => option(`label ${name}`, name)),
      ...(args.target === undefined ? [] : [option(`only up to stage ${args.target}`, args.target)]),
      ...(args.no_cache === undefined ? [] : [option('every layer anew', '--no-cache')]),
      ...(args.pull === undefined ? [] : [option('base images fetched anew', '--pull')]),
      ...tags.map((tag) => option(`also named ${tag}`, tag)),
    ];
  },
  reversibility: () => 'REVERSIBLE',
  targets: () => [],
  creates: ({ image, tags = [] }) => [image, ...tags].map((name) => ({ kind: 'image', name })),
  render(args, inventory) {
    const { image, tags = [], context, dockerfile } = args;
    const replaces = inventory?.images.some(({ tags: known }) => known.includes(image)) === true;
    const from = context.startsWith('/') ? `the HOST DIRECTORY ${context}, as it is when it runs` : `the registered context ${context}`;
    return [
      `builds image ${[image, ...tags].join(' and ')} from ${from} (${dockerfile})${replaces ? ', in the place of the image of that name' : ''}`,
      ...Object.entries(args.build_args ?? {}).map(([name, value]) => `with ${name}=${value}`),
      ...(args.target === undefined ? [] : [`up to stage ${args.target}`]),
      ...(args.no_cache === undefined ? [] : ['every layer anew']),
      ...(args.pull === undefined ? [] : ['base images fetched anew']),
      ...(args.network === undefined ? [] : ['its steps may reach the network']),
    ].join(', ');
  },
  *run(args): Generator<EngineCall, StepResult, EngineReply> {
    const { image, tags = [], context, dockerfile } = args;
    const reply = yield {
      method: 'POST',
      path: '/build',
      query: {
        t: image, dockerfile, networkmode: args.network === undefined ? 'none' : 'default', rm: true, forcerm: true, version: '1',
        ...(args.build_args === undefined ? {} : { buildargs: JSON.stringify(args.build_args) }),
        ...(args.labels === undefined ? {} : { labels: JSON.stringify(args.labels) }),
        ...(args.target === undefined ? {} : { target: args.target }),
        ...(args.no_cache === undefined ? {} : { nocache: true }),
        ...(args.pull === undefined ? {} : { pull: true }),
      },
      answer: 'lines',
      expect: [200],
      context: { name: context, dockerfile },
    };
    for (const tag of tags) {
      const colon = tag.lastIndexOf(':');
      yield { method: 'POST', path: `/images/${encodeURIComponent(image)}/tag`, query: { repo: tag.slice(0, colon), tag: tag.slice(colon + 1) }, answer: 'none', expect: [201] };
    }
    const lines = reply.json as readonly { readonly stream?: unknown; readonly status?: unknown }[];
    return { exit_code: 0, output: lines.map(lineText).join('') };
  },
};

/** Without a tag it is `latest`, as docker has it. */
function toTag(word: string): string {
  if (word.includes('@')) {
    throw refusal('COMMAND_ARGUMENTS', 'docker build -t takes a name and a tag; the digest of an image is known only when it is built', { flag: '--tag', part: word });
  }
  const name = imageName(word);
  return name.lastIndexOf(':') > name.lastIndexOf('/') ? name : `${name}:latest`;
}

function requireDirectory(context: string): string {
  const wrong = (why: string) => refusal('COMMAND_ARGUMENTS', `the build context ${context} ${why}`, { part: context });
  if (!context.startsWith('/')) throw wrong('is not registered (build_contexts), and no absolute directory of the host');
  const why = forbiddenHostPath(context, true);
  if (why !== null) throw wrong(`${why}; nobody may approve it`);
  return context.length > 1 ? context.replace(/\/+$/, '') : context;
}

/** Below the context, where the engine reads it. */
function dockerfileIn(context: string, file: string): string {
  const inside = file.startsWith(`${context.replace(/\/+$/, '')}/`) ? file.slice(context.replace(/\/+$/, '').length + 1) : file.replace(/^\.\//, '');
  if (!isDockerfilePath(inside)) throw refusal('COMMAND_FLAG_VALUE', `--file ${file}: it must be a path inside the context, without ..`, { flag: '--file', part: file });
  return inside;
}

function toPair(flag: string, text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1 || !/^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/.test(text.slice(0, equals))) throw refusal('COMMAND_FLAG_VALUE', `${flag} ${text}: it must be NAME=value`, { flag, part: text });
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function toStage(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(text)) throw refusal('COMMAND_FLAG_VALUE', `--target ${text}: it is no stage`, { flag: '--target', part: text });
  return text;
}

/** `stream` is the builder's own text; `status` comes while the base image is pulled. */
function lineText({ stream, status }: { readonly stream?: unknown; readonly status?: unknown }): string {
  if (typeof stream === 'string') return stream;
  return typeof status === 'string' ? `${status}\n` : '';
}
