/** Verbs that carry bytes between the engine and files of the host on which the gateway stands. */
import type { EngineCall, EngineReply, Inventory, StepResult, TargetRef, VerbSpec } from '../action';
import { describeTargets } from '../describe-target';
import { refusal } from '../../errors';
import { readFlags } from '../read-flags';
import { imageName, targetName } from '../read-names';
import { requireOperands } from '../require-operands';
import { requiredId } from '../required-id';
import { forbiddenHostPath } from '../run/host-path';
import type { Unregistered } from '../unregistered';

/** @throws WingmanError COMMAND_FLAG_VALUE */
function hostPath(path: string, flag: string, readonly: boolean): string {
  const wrong = (why: string) => refusal('COMMAND_FLAG_VALUE', `${path} ${why}`, { flag, part: path });
  if (!path.startsWith('/')) throw wrong('depends on where it is typed; give the host’s file as an absolute path');
  if (!/^[\x20-\x7e]{1,1024}$/.test(path)) throw wrong('is no path');
  const why = forbiddenHostPath(path, readonly);
  if (why !== null) throw wrong(`${why}; nobody may approve it`);
  return path;
}

const reads = (path: string): Unregistered => ({ kind: 'mount', code: 'COMMAND_UNKNOWN_VERB', says: `it is read from ${path} of the host, as that is when it runs`, part: path });
const writes = (path: string): Unregistered => ({ kind: 'mount', code: 'COMMAND_UNKNOWN_VERB', says: `it writes ${path} of the host`, part: path });

type SaveArgs = { readonly images: readonly string[]; readonly path: string };
const imagesOf = ({ images }: SaveArgs): readonly TargetRef[] => images.map((name) => ({ kind: 'image', name }));

export const save: VerbSpec<SaveArgs> = {
  verb: 'save',
  spellings: [['save'], ['image', 'save']],
  summary: 'writes images into a file of the host',
  parse(words) {
    const flags = readFlags(words, { '--output': { short: '-o', value: true } });
    return { images: requireOperands('save', flags.operands, 1, 20).map(imageName), path: requireOutput(flags.value('--output'), 'save') };
  },
  unregistered: ({ path }) => [writes(path)],
  reversibility: () => 'REVERSIBLE',
  targets: imagesOf,
  creates: () => [],
  render: (args, inventory) => `writes ${describeTargets(imagesOf(args), inventory)} into the HOST FILE ${args.path}`,
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    for (const target of imagesOf(args)) requiredId(ids, target);
    yield { method: 'GET', path: '/images/get', query: { names: args.images.join(',') }, answer: 'none', expect: [200], file: { into: args.path } };
    return { exit_code: 0, output: '' };
  },
};

type ExportArgs = { readonly container: string; readonly path: string };
const containerOf = ({ container }: { readonly container: string }): TargetRef => ({ kind: 'container', name: container });

export const exportContainer: VerbSpec<ExportArgs> = {
  verb: 'export',
  spellings: [['export'], ['container', 'export']],
  summary: 'writes the files of a container into a file of the host',
  parse(words, registry) {
    const flags = readFlags(words, { '--output': { short: '-o', value: true } });
    return { container: targetName('container', requireOperands('export', flags.operands, 1, 1)[0], registry), path: requireOutput(flags.value('--output'), 'export') };
  },
  unregistered: ({ path }) => [writes(path)],
  reversibility: () => 'REVERSIBLE',
  targets: (args) => [containerOf(args)],
  creates: () => [],
  render: (args, inventory) => `writes all files of ${describeTargets([containerOf(args)], inventory)} into the HOST FILE ${args.path}`,
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    yield { method: 'GET', path: `/containers/${requiredId(ids, containerOf(args))}/export`, answer: 'none', expect: [200], file: { into: args.path } };
    return { exit_code: 0, output: '' };
  },
};

/** What would go to standard output are bytes, and an answer is text. */
function requireOutput(path: string | null, verb: string): string {
  if (path === null) throw refusal('COMMAND_ARGUMENTS', `docker ${verb} needs -o FILE: its bytes are no text that could be shown`, { flag: '--output' });
  return hostPath(path, '--output', false);
}

type LoadArgs = { readonly path: string };

export const load: VerbSpec<LoadArgs> = {
  verb: 'load',
  spellings: [['load'], ['image', 'load']],
  summary: 'takes images from a file of the host, under whatever names stand in it',
  parse(words) {
    const flags = readFlags(words, { '--input': { short: '-i', value: true }, '--quiet': { short: '-q' } });
    requireOperands('load', flags.operands, 0, 0);
    const path = flags.value('--input');
    if (path === null) throw refusal('COMMAND_ARGUMENTS', 'docker load needs -i FILE: there is no input', { flag: '--input' });
    return { path: hostPath(path, '--input', true) };
  },
  unregistered: ({ path }) => [reads(path), { kind: 'image', code: 'COMMAND_UNKNOWN_VERB', says: 'it may take the place of images of any name', part: path }],
  reversibility: () => 'DESTRUCTIVE',
  targets: () => [],
  creates: () => [],
  render: ({ path }) => `takes images from the HOST FILE ${path}, under whatever names stand in it`,
  *run({ path }): Generator<EngineCall, StepResult, EngineReply> {
    const { json } = yield { method: 'POST', path: '/images/load', query: { quiet: true }, answer: 'lines', expect: [200], file: { from: path } };
    return { exit_code: 0, output: (json as readonly { readonly stream?: string }[]).map(({ stream = '' }) => stream).join('') };
  },
};

type ImportArgs = { readonly path: string; readonly repo: string; readonly tag: string; readonly message?: string };

export const importImage: VerbSpec<ImportArgs> = {
  verb: 'import',
  spellings: [['import'], ['image', 'import']],
  summary: 'makes an image of a file of the host that holds a file system',
  parse(words) {
    const flags = readFlags(words, { '--message': { short: '-m', value: true }, '--platform': { value: true }, '--change': { short: '-c', never: 'changes what the image runs beside what the file holds' } });
    const [path, image, more] = flags.operands;
    if (path === undefined || image === undefined || more !== undefined) throw refusal('COMMAND_ARGUMENTS', 'docker import takes a file and the name of the image', { verb: 'import' });
    if (/^[a-z]+:\/\//.test(path)) throw refusal('COMMAND_ARGUMENTS', `${path}: the engine would fetch it from anywhere; nobody may approve it`, { part: path });
    const name = imageName(image);
    const colon = name.lastIndexOf(':');
    const tagged = colon > name.lastIndexOf('/');
    const message = flags.value('--message');
    return { path: hostPath(path, 'import', true), repo: tagged ? name.slice(0, colon) : name, tag: tagged ? name.slice(colon + 1) : 'latest', ...(message === null ? {} : { message }) };
  },
  unregistered: ({ path }) => [reads(path)],
  reversibility: () => 'REVERSIBLE',
  targets: () => [],
  creates: ({ repo, tag }) => [{ kind: 'image', name: `${repo}:${tag}` }],
  render: ({ path, repo, tag }) => `makes image ${repo}:${tag} of the HOST FILE ${path}`,
  *run({ path, repo, tag, message }): Generator<EngineCall, StepResult, EngineReply> {
    const { json } = yield { method: 'POST', path: '/images/create', query: { fromSrc: '-', repo, tag, ...(message === undefined ? {} : { message }) }, answer: 'lines', expect: [200], file: { from: path } };
    return { exit_code: 0, output: (json as readonly { readonly status?: string }[]).map(({ status = '' }) => `${status}\n`).join('') };
  },
};

type CopyArgs = { readonly container: string; readonly inside: string; readonly path: string; readonly direction: 'in' | 'out' };

export const cp: VerbSpec<CopyArgs> = {
  verb: 'cp',
  spellings: [['cp'], ['container', 'cp']],
  summary: 'copies files between a container and the host',
  parse(words, registry) {
    const flags = readFlags(words, { '--archive': { short: '-a' }, '--follow-link': { short: '-L' }, '--quiet': { short: '-q' } });
    const [from, to, more] = flags.operands;
    if (from === undefined || to === undefined || more !== undefined) throw refusal('COMMAND_ARGUMENTS', 'docker cp takes two places, one of them container:path', { verb: 'cp' });
    if (from === '-' || to === '-') throw refusal('COMMAND_ARGUMENTS', 'docker cp needs a file here: its bytes are no text that could be shown', { part: '-' });
    const [source, target] = [insideOf(from), insideOf(to)];
    if ((source === null) === (target === null)) throw refusal('COMMAND_ARGUMENTS', 'docker cp takes one place in a container and one on the host', { verb: 'cp' });
    const place = source ?? target ?? { container: '', path: '' };
    if (!/^[\x20-\x7e]{1,1024}$/.test(place.path)) throw refusal('COMMAND_ARGUMENTS', `${place.path} is no path in a container`, { part: place.path });
    return {
      container: targetName('container', place.container, registry),
      inside: place.path,
      path: hostPath(source === null ? from : to, 'cp', source === null),
      direction: source === null ? 'in' : 'out',
    };
  },
  unregistered: ({ path, direction }) => [direction === 'in' ? reads(path) : writes(path)],
  // What is overwritten, there or here, is gone.
  reversibility: () => 'DESTRUCTIVE',
  targets: (args) => [containerOf(args)],
  creates: () => [],
  render: (args, inventory) => describeCopy(args, inventory),
  *run(args, ids): Generator<EngineCall, StepResult, EngineReply> {
    const path = `/containers/${requiredId(ids, containerOf(args))}/archive`;
    if (args.direction === 'in') {
      const { status } = yield { method: 'HEAD', path, query: { path: args.inside }, answer: 'none', expect: [200, 404] };
      // As docker has it: below what is there if that is a directory or is written as one, else by that name.
      const isDirectory = args.inside.endsWith('/') || (status === 200 && (yield* isDirectoryInside(path, args.inside)));
      const at = args.inside.replace(/\/+$/, '');
      const slash = at.lastIndexOf('/');
      const into = isDirectory ? at || '/' : at.slice(0, slash) || '/';
      yield { method: 'PUT', path, query: { path: into }, answer: 'none', expect: [200], file: { from: args.path, tar: isDirectory ? baseName(args.path) : at.slice(slash + 1) } };
    } else yield { method: 'GET', path, query: { path: args.inside }, answer: 'none', expect: [200], file: { into: args.path, tar: true } };
    return { exit_code: 0, output: '' };
  },
};

/** The content of a directory that is written `dir/.` goes in by itself. */
const baseName = (path: string): string => (/\/\.$/.test(path) ? '.' : path.replace(/\/+$/, '').slice(path.replace(/\/+$/, '').lastIndexOf('/') + 1));

function* isDirectoryInside(path: string, inside: string): Generator<EngineCall, boolean, EngineReply> {
  const { status } = yield { method: 'HEAD', path, query: { path: `${inside}/.` }, answer: 'none', expect: [200, 400, 404, 500] };
  return status === 200;
}

function insideOf(word: string): { readonly container: string; readonly path: string } | null {
  const match = /^([A-Za-z0-9][A-Za-z0-9_.-]*):(.+)$/.exec(word);
  return match?.[1] === undefined || match[2] === undefined ? null : { container: match[1], path: match[2].startsWith('/') ? match[2] : `/${match[2]}` };
}

function describeCopy(args: CopyArgs, inventory: Inventory | null): string {
  const container = describeTargets([containerOf(args)], inventory);
  return args.direction === 'in' ? `copies the HOST PATH ${args.path}, as it is when it runs, to ${args.inside} in ${container}` : `copies ${args.inside} out of ${container} to the HOST PATH ${args.path}`;
}
