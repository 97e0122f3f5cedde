/** The Compose project of a directory, as an entry of the registry; and what of it is worth a look before it is registered. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { envFilesOf, mountedFilesOf, parseComposeFile } from '../../../contracts/compose-file';
import { declaredNames } from '../../../domain/command/compose/declared-names';
import { composeFacts, type ServiceFacts } from '../../../domain/command/compose/facts';
import { unsetVariables, variablesOf } from '../../../domain/command/compose/interpolate';
import { projectBuilds } from '../../../domain/command/compose/project-builds';
import { refusePowers } from '../../../domain/command/compose/refuse-powers';
import { isWingmanError } from '../../../domain/errors';
import { sha256Hex } from '../../../security/digest';
import { CliFailure, EXIT } from '../exit';
import type { Show } from '../output';
import { defaultFiles } from '../shim/pin-project';

export interface FoundProject {
  readonly name: string;
  readonly services: readonly ServiceFacts[];
  readonly builds: readonly string[];
  /** What cannot run, or would be refused when it is asked for. */
  readonly faults: readonly string[];
  /** Variables without a value or a default: Compose takes them for empty. */
  readonly unset: readonly string[];
  readonly entry: object;
}

/** @throws CliFailure where there is no file; WingmanError CONFIG_INVALID for one that cannot be registered */
export function findProject(dir: string, project: string | undefined): FoundProject {
  const files = defaultFiles(dir);
  if (files.length === 0) throw new CliFailure(`there is no Compose file in ${dir}`, EXIT.usage);
  const read = files.map((name) => ({ name, text: readFileSync(join(dir, name), 'utf8') }));
  const parsed = read.map(({ name, text }) => parseComposeFile(text, name));
  const named = ['.env', ...parsed.flatMap((file) => [...envFilesOf(file), ...mountedFilesOf(file)])].map((file) => file.replace(/^\.\//, ''));
  const required = parsed.flatMap((file) => [...envFilesOf(file, true), ...mountedFilesOf(file)]).map((file) => file.replace(/^\.\//, ''));
  const beside = [...new Set(named)].filter((file) => existsSync(join(dir, file)));
  const variables = beside.includes('.env') ? variablesOf(readFileSync(join(dir, '.env'), 'utf8')) : new Map<string, string>();
  const name = project ?? parsed.find((file) => file.name !== undefined)?.name ?? basename(dir).toLowerCase().replace(/[^a-z0-9_-]/g, '').replace(/^[_-]+/, '');
  const services = parsed.map((file) => file.services);
  const [builds, buildFault] = attempt(() => projectBuilds(services, { project: name, dir, variables }, []));
  const [, powerFault] = attempt(() => refusePowers(parsed, dir, variables));
  const [names, nameFault] = attempt(() => declaredNames(name, parsed));
  const facts = services.flatMap((one) => composeFacts(one));
  const missing = [...new Set(required)].filter((file) => !beside.includes(file)).map((file) => `${file} is named in it, and is not there`);
  return {
    name,
    services: facts,
    builds: (builds ?? []).map(({ service, image }) => `service ${service} is built as ${image}`),
    faults: [...[buildFault, powerFault, nameFault].filter((fault) => fault !== null), ...missing],
    unset: [...new Set(read.flatMap(({ text }) => unsetVariables(text.replace(/^\s*#.*$/gm, ''), variables)))],
    entry: {
      dir,
      files: read.map((file) => ({ name: file.name, sha256: sha256Hex(file.text) })),
      ...(beside.length === 0 ? {} : { env_files: beside.map((file) => ({ name: file, sha256: sha256Hex(readFileSync(join(dir, file))) })) }),
      services: [...new Set(services.flatMap((one) => Object.keys(one)))],
      ...(names ?? {}),
      facts,
      builds_from_files: true,
    },
  };
}

function attempt<T>(work: () => T): readonly [T | null, string | null] {
  try {
    return [work(), null];
  } catch (error) {
    if (!isWingmanError(error)) throw error;
    return [null, error.message];
  }
}

export const showFound: Show<FoundProject> = ({ name, services, builds, faults, unset, entry }, style) => {
  const { files, env_files = [] } = entry as { readonly files: readonly { readonly name: string }[]; readonly env_files?: readonly { readonly name: string }[] };
  return [
    `${style.bold(name)}: ${[...files, ...env_files].map((file) => file.name).join(', ')}`,
    ...services.flatMap(({ service, image, ports, host_mounts, volumes, powers }) => [
      `  ${service}  image ${image}`,
      ...(ports.length === 0 ? [] : [`    publishes ${ports.join(', ')}`]),
      ...(volumes.length === 0 ? [] : [`    volumes ${volumes.join(', ')}`]),
      ...host_mounts.map((mount) => style.red(`    mounts ${mount} of the host, whose content no hash pins`)),
      ...powers.map((power) => style.red(`    ${power}`)),
    ]),
    ...builds.map((text) => `  ${text}, from what its directory holds then`),
    ...unset.map((variable) => style.red(`  ${variable} has no value and no default: Compose takes it for empty`)),
    ...faults.map((fault) => style.red(`  cannot run: ${fault}`)),
  ].join('\n');
};
