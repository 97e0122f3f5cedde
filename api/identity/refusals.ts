/** Every refusal has a row. What nobody authenticated can cause is bounded, so that a flood cannot fill the ledger. */
import type { Request } from 'express';
import { canonicalJson } from '../../domain/text/canonical-json';
import type { WingmanError } from '../../domain/errors';
import type { Logger } from '../../platform/log';
import type { Ledger } from '../../stores/ledger';
import type { Principal } from './authenticate';

/** Rows per minute; beyond it one row says how many more there were. */
const ROWS_PER_MINUTE = { known: 600, unknown: 120 };
const WINDOW_MS = 60_000;
/** The ledger's name for callers without a credential. */
const NO_TENANT = 'none';

export interface RefusalRecorder {
  record(req: Request, principal: Principal | null, error: WingmanError): Promise<void>;
}

interface Window {
  started: number;
  rows: number;
  dropped: number;
}

export function createRefusalRecorder({ ledger, log, now }: { readonly ledger: Ledger; readonly log: Logger; readonly now: () => number }): RefusalRecorder {
  const windows = new Map<string, Window>();

  const append = (tenant: string, body: Readonly<Record<string, string | number | null>>): Promise<unknown> =>
    ledger.append({ tenant, kind: 'refusal', body: canonicalJson(body), idem: null, projection: {} });

  return {
    async record(req, principal, error) {
      const tenant = principal?.tenant ?? NO_TENANT;
      const window = windowOf(windows, tenant, now());
      if (window.rows >= (principal === null ? ROWS_PER_MINUTE.unknown : ROWS_PER_MINUTE.known)) {
        window.dropped += 1;
        return;
      }
      window.rows += 1;
      const dropped = window.dropped;
      window.dropped = 0;
      try {
        await append(tenant, {
          code: error.code,
          who: principal === null ? 'nobody' : `${principal.kind}:${principal.keyId}`,
          what: `${req.method} ${routeOf(req)}`,
          // The socket's peer: headers such as X-Forwarded-For are whatever the caller wrote.
          address: req.socket.remoteAddress ?? null,
          ...(dropped > 0 ? { more_before: dropped } : {}),
        });
      } catch (cause) {
        // The refusal itself stands. Without a database there is no row to be had; the log keeps the code.
        log.warn({ err: cause, code: error.code }, 'a refusal could not be recorded');
      }
    },
  };
}

function windowOf(windows: Map<string, Window>, key: string, now: number): Window {
  const known = windows.get(key);
  if (known !== undefined && now - known.started < WINDOW_MS) return known;
  const fresh = { started: now, rows: 0, dropped: known?.dropped ?? 0 };
  windows.set(key, fresh);
  return fresh;
}

/** The pattern, not the path: what a caller puts into a path is not for the ledger. */
function routeOf(req: Request): string {
  const route: unknown = req.route;
  if (typeof route === 'object' && route !== null && 'path' in route && typeof route.path === 'string') return route.path;
  return 'unknown path';
}
