/** `npm start` and `wingman up` in the foreground: start, say where everything is, wait for Ctrl-C, stop. */
import { isWingmanError } from '../domain/errors';
import { optional, type Env } from '../platform/required-env';
import { engineState, hasContainer } from './engine-question';
import { createScreen } from './screen';
import { parseSettings, type Settings } from './settings';
import { startSupervisor, type RunningSupervisor } from './start-supervisor';
import { welcome } from './welcome';

/** npm passes Ctrl-C on although the terminal has sent it already: two within this time are one. */
const SAME_PRESS_MS = 1_000;

/** @returns the exit code: 0 when it was up and was stopped, 1 when it could not come up */
export async function superviseUntilStopped(env: Env): Promise<number> {
  const stop = whenToldToStop();
  // The terminal may be gone before we are: that must not cut the stopping short.
  process.stdout.on('error', () => undefined);
  const isColoured = process.stdout.isTTY && env['NO_COLOR'] === undefined && env['TERM'] !== 'dumb';
  const screen = createScreen({ write: (text) => process.stdout.write(text), isColoured });
  try {
    const settings = parseSettings(env);
    const running = await startSupervisor(settings, screen, stop.signal);
    stop.onInsisted(() => running.kill());
    screen.print(await describe(running, settings, env));
    await stop.asked;
    screen.say('stopping; press Ctrl-C again to end everything at once');
    await running.close();
    screen.say('stopped');
    return 0;
  } catch (error) {
    if (stop.signal.aborted) {
      screen.say('stopped');
      return 0;
    }
    process.stderr.write(`wingman: ${isWingmanError(error) ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
    return 1;
  }
}

async function describe(running: RunningSupervisor, settings: Settings, env: Env): Promise<string> {
  const { paths, parts, ports, credentials, temporalUiUrl } = running;
  const engine = await engineState(settings.dockerSocket);
  const hasDemo = engine.kind === 'answers' && (await hasContainer(settings.dockerSocket, 'demo'));
  return welcome({
    settings, paths, parts, temporalUiUrl,
    agentKey: credentials.agent_key,
    engine: engine.kind === 'absent' ? 'absent' : hasDemo ? 'with demo' : 'without demo',
    isDataDirChosen: optional(env, 'WINGMAN_DATA_DIR') !== null,
    details: {
      postgres: `127.0.0.1:${String(ports.postgres)}`,
      temporal: `127.0.0.1:${String(ports.temporal)}`,
      gateway: engine.kind === 'answers' ? `environments ${settings.environments}; Docker ${engine.version}` : `no Docker engine: ${engine.reason}; see \`npx wingman doctor\``,
      prober: `host ${settings.proberHost}; looks at what ${paths.proberFile} registers`,
      ...(settings.ollama === null ? {} : { worker: `model ${settings.ollama.model}` }),
      ...(settings.telegram === null ? { telegram: 'set WINGMAN_TELEGRAM_TOKEN to turn it on' } : {}),
    },
  });
}

interface StopRequest {
  readonly asked: Promise<void>;
  readonly signal: AbortSignal;
  onInsisted(act: () => void): void;
}

function whenToldToStop(): StopRequest {
  const controller = new AbortController();
  let firstAt: number | null = null;
  // Still starting: the next start finds and ends what this one leaves.
  let insist: () => void = () => process.exit(1);
  const asked = new Promise<void>((done) => {
    const told = (): void => {
      if (firstAt === null) firstAt = Date.now();
      else if (Date.now() - firstAt > SAME_PRESS_MS) insist();
      controller.abort();
      done();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, told);
  });
  return { asked, signal: controller.signal, onInsisted: (act) => (insist = act) };
}
