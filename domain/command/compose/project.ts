/** Which project a `docker compose` means: one that is registered, or a directory with files that the command itself pins. */
import { refusal } from '../../errors';
import type { ComposeProject, Registry } from '../registry';

export interface SaidProject {
  readonly name: string;
  readonly project: ComposeProject;
  readonly registered: boolean;
}

export interface ProjectWords {
  readonly name: string | null;
  readonly dir: string | null;
  readonly pins: readonly string[];
}

const NEXT = '`wingman compose add DIR` registers the project, and the docker shim pins the files of the directory where it is typed';

/** @throws WingmanError COMMAND_COMPOSE */
export function projectOf(said: ProjectWords, { compose }: Registry): SaidProject {
  const { name, dir } = said;
  const registered = name === null ? byDirectory(dir, compose) : Object.hasOwn(compose, name) && (dir === null || compose[name]?.dir === dir) ? ([name, compose[name]] as const) : null;
  if (registered?.[1] !== undefined) return { name: registered[0], project: registered[1], registered: true };
  if (dir !== null && said.pins.length > 0) return pinnedProject(dir, said);
  if (name !== null) throw refused(`project ${name} is not registered; an operator adds it under registry.compose. ${NEXT}`, name);
  throw refused(Object.keys(compose).length === 0 ? `no project is registered, and this command pins no files: ${NEXT}` : 'say which registered project with -p', 'compose');
}

function byDirectory(dir: string | null, compose: Registry['compose']): readonly [string, ComposeProject] | null {
  const found = Object.entries(compose).filter(([, project]) => (dir === null ? project.default : project.dir === dir));
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** Variables are pinned beside the files: `.env`, and what `env_file` names. */
function pinnedProject(dir: string, { name, pins }: ProjectWords): SaidProject {
  if (!dir.startsWith('/') || dir.split('/').some((part) => part === '..' || part === '.')) throw refused(`${dir} is no absolute directory`, dir);
  const files = pins.map(toPin);
  const isVariables = (file: string): boolean => !/\.ya?ml$/i.test(file);
  const ownName = name ?? toProjectName(dir.slice(dir.lastIndexOf('/') + 1));
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(ownName)) throw refused(`${ownName} is no name of a project; say it with -p`, ownName);
  const yaml = files.filter((file) => !isVariables(file.name));
  if (yaml.length === 0) throw refused('no Compose file is pinned', 'compose');
  return { name: ownName, project: { dir, files: yaml, env_files: files.filter((file) => isVariables(file.name)), services: [], default: false }, registered: false };
}

function toPin(text: string): { readonly name: string; readonly sha256: string } {
  const equals = text.lastIndexOf('=');
  const [name, sha256] = [text.slice(0, equals), text.slice(equals + 1)];
  if (!/^[A-Za-z0-9._][A-Za-z0-9._/-]{0,199}$/.test(name) || name.split('/').includes('..') || !/^[0-9a-f]{64}$/.test(sha256)) throw refused(`--pin ${text}: it must be FILE=SHA-256`, text);
  return { name, sha256 };
}

/** As Compose makes it of the directory's name. */
const toProjectName = (directory: string): string => directory.toLowerCase().replace(/[^a-z0-9_-]/g, '').replace(/^[_-]+/, '');

/** All files when none is said; else a beginning of their list, in its order, as it was registered or pinned. */
export function filesOf(said: readonly string[], name: string, project: ComposeProject): ComposeProject['files'] {
  if (said.length === 0) return project.files;
  const files = project.files.slice(0, said.length);
  const plain = (file: string): string => file.replace(/^\.\//, '');
  const fits = said.length <= project.files.length && said.every((file, at) => plain(file) === files[at]?.name);
  if (!fits)
    throw refused(
      `the files of project ${name} are ${project.files.map((file) => file.name).join(', ')}, in this order`,
      said.join(' '),
    );
  return files;
}

const refused = (message: string, part: string) => refusal('COMMAND_COMPOSE', message, { part: part.slice(0, 100) });
