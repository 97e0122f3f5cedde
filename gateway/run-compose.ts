/**
 * Runs Compose over a pinned project. The files are read once, held against their hashes, checked (contracts/compose-file.ts) and written anew
 * into a directory of our own: what Compose reads is what was checked, whatever happens to the project's directory meanwhile, and whatever
 * another reader of YAML would make of the text. Builds and copies are not given to it (build-services.ts, copy-service.ts).
 */
import type { Action, StepResult } from '../domain/command/action';
import { composeArgv, toComposeArgs } from '../domain/command/compose/compose';
import { WingmanError } from '../domain/errors';
import type { Registry } from '../domain/command/registry';
import { redact } from '../domain/secrets/redact';
import { buildServices, buildFromFiles } from './build-services';
import { withComposeCopies } from './compose-copies';
import { copyService } from './copy-service';
import { runProcess } from './run-process';
import type { RunParts } from './run-parts';
import { waitForServices } from './wait-for-services';

/** @throws WingmanError CONFIG_MISSING, COMMAND_COMPOSE, FILE_CHANGED, CONFIG_INVALID: nothing has run then */
export async function runCompose(parts: RunParts, action: Action, registry: Registry, signal: AbortSignal): Promise<StepResult> {
  const args = toComposeArgs(action.args);
  if (args.verb === 'cp') return copyService(parts, args, signal);
  if (args.verb === 'build' && args.builds_from_files !== true) return buildServices(parts, action, registry, signal);
  const { compose } = parts;
  if (compose === null && args.verb !== 'build') {
    throw new WingmanError('CONFIG_MISSING', 'no compose program is set; install docker-compose and set WINGMAN_COMPOSE_BIN');
  }
  return withComposeCopies(args, registry, async ({ place, files, variables }) => {
    const built = await buildFirst(parts, action, registry, { files, variables }, signal);
    if (compose === null || args.verb === 'build') return built ?? { exit_code: 0, output: '' };
    const result = await runProcess({
      argv: [...compose, ...composeArgv(args, place)],
      cwd: args.dir,
      // Nothing of the gateway's own environment: a compose file may interpolate what it finds there.
      env: { DOCKER_HOST: `unix://${parts.dockerSocket}`, PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent', COMPOSE_INTERACTIVE_NO_CLI: '1', LC_ALL: 'C.UTF-8' },
      user: null,
      timeoutMs: parts.stepTimeoutMs,
      maxOutputBytes: parts.maxOutputBytes,
      signal,
    });
    const output = `${built?.output ?? ''}${args.verb === 'config' ? withoutValues(result.output) : result.output}`;
    if (result.exit_code !== 0 || args.beside?.includes('--wait') !== true) return { exit_code: result.exit_code, output };
    const waited = await waitForServices(parts.engine, args, signal);
    return { exit_code: waited.exit_code, output: output + waited.output };
  });
}

async function buildFirst(parts: RunParts, action: Action, registry: Registry, read: Parameters<typeof buildFromFiles>[2], signal: AbortSignal): Promise<StepResult | null> {
  const args = toComposeArgs(action.args);
  if (args.builds_from_files === true) return buildFromFiles(parts, args, read, registry, signal);
  return args.builds === undefined ? null : buildServices(parts, action, registry, signal);
}

/** Values of environments are where secrets are; the names stay. */
const withoutValues = (text: string): string => redact(text.replace(/^(\s+environment:\n)((?:\s+[^\n]*\n)*?)(?=\s{0,4}\S[^\n]*:)/gm, (_, head: string, body: string) => head + body.replace(/^(\s+(?:- )?[A-Za-z_][\w.-]*)(?:: |=).*$/gm, '$1: [REDACTED]')));
