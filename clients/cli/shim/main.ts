/** `docker` on an agent's PATH. No option parser is in between: the arguments are the agent's, to the last blank. */
import { styleOf } from '../output';
import { connect } from '../session';
import { visibleText } from '../visible';
import { EXIT } from '../exit';
import { aboutShim } from './about-shim';
import { runDocker } from './run-docker';

const args = process.argv.slice(2);
const stop = new AbortController();
let request: string | null = null;

process.on('SIGINT', () => {
  if (stop.signal.aborted) process.exit(EXIT.interrupted);
  stop.abort();
});
for (const [signal, code] of [['SIGTERM', 143], ['SIGHUP', 129]] as const) {
  process.on(signal, () => {
    // The time limit of an agent's own shell is shorter than people's: the request stays.
    process.stderr.write(request === null ? '\nwingman: ended before it was known whether the request arrived: wingman pending\n' : `\nwingman: no longer waiting; the request stays. Go on with: wingman wait ${request}\n`);
    process.exit(code);
  });
}
// `docker logs web | head`: whoever has read enough is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failure));

/** Bytes for programs, visible characters for a terminal: what a container prints must not paint there. */
const written = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(stream.isTTY ? visibleText(text) : text);

const about = aboutShim(args);
if (about !== null) {
  process.stdout.write(`${about(styleOf(process.stdout))}\n`);
} else {
  void runDocker({
    args, env: process.env, dir: process.cwd(), client: () => connect({}, 'agent'), out: written(process.stdout), say: written(process.stderr), interrupted: stop.signal,
    asked: (id) => (request = id),
  }).then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
      process.stderr.write(`wingman: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 125;
    },
  );
}
