import type { EngineCall, EngineReply, StepResult, VerbSpec } from '../action';
import { engineClock } from '../output/engine-clock';
import { filterQuery, parseFilters } from '../output/filters';
import { formatDuration, formatSize } from '../output/format-amount';
import { templatePaths } from '../output/format-template';
import { checkedFormat, renderListing, rowTemplate, type Column, type Row } from '../output/table';
import { formatUtc } from '../../text/utc-time';
import { refusal } from '../../errors';
import { readFlags } from '../read-flags';
import { requireOperands } from '../require-operands';

type ImagesArgs = {
  readonly all: boolean;
  readonly quiet: boolean;
  readonly no_trunc: boolean;
  readonly digests: boolean;
  readonly filters: readonly string[];
  readonly format: string | null;
  /** Such as `nginx` or `nginx:*`. */
  readonly pattern: string | null;
};

const REPOSITORY: Column = { field: 'Repository', header: 'REPOSITORY' };
const TAG: Column = { field: 'Tag', header: 'TAG' };
const DIGEST: Column = { field: 'Digest', header: 'DIGEST' };
const REST: readonly Column[] = [
  { field: 'ID', header: 'IMAGE ID' },
  { field: 'CreatedSince', header: 'CREATED' },
  { field: 'Size', header: 'SIZE' },
];
const FIELDS: readonly Column[] = [REPOSITORY, TAG, DIGEST, ...REST, { field: 'CreatedAt', header: 'CREATED AT' }];
const FILTERS = ['before', 'dangling', 'label', 'reference', 'since'] as const;
/** As the engine's filter `reference` takes it. */
const PATTERN = /^[A-Za-z0-9*?[][A-Za-z0-9._/:@*?[\]-]{0,254}$/;
const NONE = '<none>';

interface ImageRow {
  Id: string;
  RepoTags: readonly string[] | null;
  RepoDigests: readonly string[] | null;
  Created: number;
  Size: number;
}

export const images: VerbSpec<ImagesArgs> = {
  verb: 'images',
  spellings: [['images'], ['image', 'ls'], ['image', 'list']],
  summary: 'lists images',
  parse(words) {
    const flags = readFlags(words, {
      '--all': { short: '-a' },
      '--quiet': { short: '-q' },
      '--no-trunc': {},
      '--digests': {},
      '--filter': { short: '-f', value: true, repeat: true },
      '--format': { value: true },
    });
    const [pattern = null] = requireOperands('images', flags.operands, 0, 1);
    if (pattern !== null && !PATTERN.test(pattern)) {
      throw refusal('COMMAND_ARGUMENTS', `${pattern} is no pattern of image references`, { part: pattern });
    }
    return {
      all: flags.has('--all'),
      quiet: flags.has('--quiet'),
      no_trunc: flags.has('--no-trunc'),
      digests: flags.has('--digests'),
      filters: parseFilters(flags.values('--filter'), FILTERS),
      format: checkedFormat(flags.value('--format'), FIELDS),
      pattern,
    };
  },
  reversibility: () => 'READ_ONLY',
  targets: () => [],
  creates: () => [],
  render: ({ pattern, filters }) =>
    `lists images${pattern === null ? '' : ` ${pattern}`}` +
    (filters.length === 0 ? '' : ` where ${filters.join(' and ')}`),
  *run(args): Generator<EngineCall, StepResult, EngineReply> {
    const template = rowTemplate(args.format, FIELDS);
    const wanted = template === null ? ['CreatedSince'] : templatePaths(template).map((path) => path.join('.'));
    const filters = args.pattern === null ? args.filters : [...args.filters, `reference=${args.pattern}`];
    const query = { all: args.all, digests: true, ...filterQuery(filters) };
    const { json } = yield { method: 'GET', path: '/images/json', query, answer: 'json', expect: [200] };
    const found = json as readonly ImageRow[];
    if (args.quiet && template === null) {
      return { exit_code: 0, output: found.map(({ Id }) => `${shortId(Id, args.no_trunc)}\n`).join('') };
    }
    const now = wanted.includes('CreatedSince') || wanted.includes('') ? yield* engineClock() : 0;
    const withDigest = args.digests || wanted.includes('Digest') || wanted.includes('');
    const rows = found.flatMap((image) => toRows(image, now, args.no_trunc, withDigest));
    const columns = [REPOSITORY, TAG, ...(args.digests ? [DIGEST] : []), ...REST];
    return {
      exit_code: 0,
      output: renderListing(template, FIELDS, columns, rows),
    };
  },
};

const shortId = (id: string, noTrunc: boolean): string => (noTrunc ? id : id.replace(/^sha256:/, '').slice(0, 12));

/** A line for each tag, or for each repository that has only a digest, or one of `<none>`. */
function toRows(image: ImageRow, now: number, noTrunc: boolean, withDigest: boolean): Row[] {
  const rest = {
    ID: shortId(image.Id, noTrunc),
    CreatedSince: `${formatDuration(now - image.Created)} ago`,
    CreatedAt: formatUtc(image.Created),
    Size: formatSize(image.Size),
  };
  const tags = (image.RepoTags ?? [])
    .filter((tag) => tag !== '<none>:<none>')
    .map((tag) => split(tag, tag.lastIndexOf(':')));
  const digests = (image.RepoDigests ?? [])
    .filter((digest) => digest !== '<none>@<none>')
    .map((digest) => split(digest, digest.indexOf('@')));
  const digestOf = (repository: string): string =>
    (withDigest ? digests.find(([name]) => name === repository)?.[1] : undefined) ?? NONE;
  const tagged = tags.map(([repository, tag]) => ({
    Repository: repository,
    Tag: tag,
    Digest: digestOf(repository),
    ...rest,
  }));
  const untagged = digests
    .filter(([repository]) => !tags.some(([name]) => name === repository))
    .map(([repository, digest]) => ({
      Repository: repository,
      Tag: NONE,
      Digest: withDigest ? digest : NONE,
      ...rest,
    }));
  const rows = [...tagged, ...untagged];
  return rows.length > 0 ? rows : [{ Repository: NONE, Tag: NONE, Digest: NONE, ...rest }];
}

const split = (text: string, at: number): readonly [string, string] => [text.slice(0, at), text.slice(at + 1)];
