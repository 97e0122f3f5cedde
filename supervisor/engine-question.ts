/** Read-only questions to a Docker engine, for the screen and the doctor. Acting on it is the gateway's alone. */
import { request } from 'node:http';

export interface EngineAnswer {
  readonly status: number;
  readonly body: string;
}

const ANSWER_MS = 3_000;
const MAX_BODY = 1_048_576;

export type EngineState = { readonly kind: 'answers'; readonly version: string } | { readonly kind: 'absent'; readonly reason: string };

export async function engineState(socketPath: string): Promise<EngineState> {
  try {
    const { status, body } = await askEngine(socketPath, '/version');
    if (status !== 200) return { kind: 'absent', reason: `it answered ${String(status)}` };
    const { Version } = JSON.parse(body) as { readonly Version?: unknown };
    return { kind: 'answers', version: typeof Version === 'string' ? Version : 'of unknown version' };
  } catch (error) {
    return { kind: 'absent', reason: reasonOf(socketPath, error as NodeJS.ErrnoException) };
  }
}

export async function hasContainer(socketPath: string, name: string): Promise<boolean> {
  const { status } = await askEngine(socketPath, `/containers/${encodeURIComponent(name)}/json`);
  return status === 200;
}

function askEngine(socketPath: string, path: string): Promise<EngineAnswer> {
  return new Promise((done, fail) => {
    const call = request({ socketPath, path, timeout: ANSWER_MS }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        body += chunk;
        if (body.length > MAX_BODY) call.destroy(new Error('its answer is too long'));
      });
      answer.once('error', fail);
      answer.once('end', () => done({ status: answer.statusCode ?? 0, body }));
    });
    call.once('timeout', () => call.destroy(new Error(`no answer within ${String(ANSWER_MS)} ms`)));
    call.once('error', fail);
    call.end();
  });
}

function reasonOf(socketPath: string, { code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
      return `there is no socket ${socketPath}`;
    case 'ECONNREFUSED':
      return `nobody answers on ${socketPath}`;
    case 'EACCES':
      return `${socketPath} may not be opened by this user`;
    default:
      return message;
  }
}
