/**
 * `docker compose build`: the builds of its services one after the other, each by the very calls of `docker build`. No Compose runs.
 * The project's files are read as for every verb and have to say of each service what was approved.
 */
import type { Action, StepResult } from '../domain/command/action';
import { toComposeArgs, type ComposeArgs } from '../domain/command/compose/compose';
import { buildActions, requireDeclared, type ServiceBuild } from '../domain/command/compose/builds';
import { declaredBuilds } from '../domain/command/compose/declared-builds';
import { projectBuilds } from '../domain/command/compose/project-builds';
import { WingmanError } from '../domain/errors';
import type { Registry } from '../domain/command/registry';
import { byteBudget, createBoundedOutput } from './bounded-output';
import type { ComposeCopies } from './compose-copies';
import { readProject } from './read-project';
import { runDocker, type DockerParts } from './run-docker';
import { StepFailure } from './step-failure';

/**
 * Stops at the first build that fails: what was built before it stays, and the output says which that is.
 *
 * @throws WingmanError what {@link readProject} and requireDeclared throw, when nothing has run; a StepFailure of a build that failed
 */
export async function buildServices(parts: DockerParts, action: Action, registry: Registry, signal: AbortSignal): Promise<StepResult> {
  const args = toComposeArgs(action.args);
  const builds = args.builds ?? [];
  const files = await readProject(args, registry);
  requireDeclared(builds, args.services, declaredBuilds(files.map(({ parsed }) => parsed.services), args.dir), registry);
  // One limit for all of them: a step of many builds prints no more than any other.
  const printed = createBoundedOutput(byteBudget(parts.maxOutputBytes));
  for (const [done, one] of buildActions(action).entries()) {
    const { services, image } = builds[done] as ServiceBuild;
    printed.push(Buffer.from(`Building ${services.join(', ')}: ${image}\n`));
    try {
      const { output } = await runDocker(parts, { action: one, targets: new Map(), registry }, signal);
      printed.push(Buffer.from(output));
    } catch (error) {
      if (!(error instanceof WingmanError)) throw error;
      if (error instanceof StepFailure) printed.push(Buffer.from(error.output));
      // Each build is one call: those that came before did take effect.
      const failure = new WingmanError(error.code, `service ${services.join(', ')}: ${error.message}`, { ...error.details, calls: done }, { cause: error });
      throw new StepFailure(failure, printed.text());
    }
  }
  return { exit_code: 0, output: printed.text() };
}

/** Of a project whose contexts nobody registered: what its pinned files say is built, from what the directories hold now. */
export async function buildFromFiles(parts: DockerParts, args: ComposeArgs, { files, variables }: Pick<ComposeCopies, 'files' | 'variables'>, registry: Registry, signal: AbortSignal): Promise<StepResult> {
  const printed = createBoundedOutput(byteBudget(parts.maxOutputBytes));
  for (const { service, image, action } of projectBuilds(files.map(({ services }) => services), { project: args.project, dir: args.dir, variables }, args.services)) {
    printed.push(Buffer.from(`Building ${service}: ${image}\n`));
    const { output } = await runDocker(parts, { action, targets: new Map(), registry }, signal);
    printed.push(Buffer.from(output));
  }
  return { exit_code: 0, output: printed.text() };
}
