/** One JSON line per event on stdout. Secrets have no business here: what is known to hold one is never handed to the log. */
import pino, { type Logger as PinoLogger } from 'pino';

export type Logger = Pick<PinoLogger, 'info' | 'warn' | 'error' | 'debug'>;

const SECRET_PATHS = ['authorization', 'token', 'password', 'key', 'sealed', '*.authorization', '*.token', '*.password', '*.sealed', 'req.headers.authorization'];

export function createLog(name: string, level = 'info'): Logger {
  return pino({
    level,
    base: { service: name },
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: SECRET_PATHS, censor: '[REDACTED]' },
  });
}
