/**
 * The claim entries of the attack file, over the world that its fixture assumes, without any part. Those that are rejected for who
 * sends them (expect `reject`) are the API's; here they are only not TRUE.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { expandMacros } from '../../attacks/macros';
import { judgeClaim, judgePart } from '../../../domain/claim/judge';
import { parseClaim } from '../../../domain/claim/parse';
import { probesOf } from '../../../domain/claim/probes-of';
import type { Observation, Probe, Verdict } from '../../../domain/claim/claim';

const data = join(__dirname, '../../attacks/data');
interface Entry {
  readonly id: string;
  readonly kind: string;
  readonly input: { readonly claim: string };
  readonly expect: string;
  readonly why: string;
}
const entries = readFileSync(process.env['WINGMAN_ATTACK_FILE'] ?? join(data, 'attacks.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Entry)
  .filter(({ kind }) => kind === 'claim');

const fixture = JSON.parse(readFileSync(join(data, 'fixture.json'), 'utf8')).claims as {
  readonly present: Record<string, string>;
  readonly goneSinceSnapshot: readonly string[];
  readonly links: Record<string, string>;
  readonly special: Record<string, string>;
  readonly containers: Record<string, string>;
  readonly httpAllowedHosts: readonly string[];
};
const ROOT = '/srv/wingman/ws/acme';
const NOW = '2026-11-23T15:00:00Z';
const BACKUP = createHash('sha256').update(Buffer.alloc(10_240)).digest('hex');

type Seen = Extract<Observation, { seen: unknown }>['seen'];
const blind = (message: string): null | { blind: { code: string; message: string } } => ({
  blind: { code: 'INVALID_PATH', message },
});

function look(probe: Probe): { seen: Seen } | { blind: { code: string; message: string } } {
  switch (probe.kind) {
    case 'file': {
      const name = probe.path.startsWith(`${ROOT}/`) ? probe.path.slice(ROOT.length + 1) : null;
      const isLink =
        name !== null && Object.keys(fixture.links).some((link) => name === link || name.startsWith(`${link}/`));
      if (name === null || isLink) return blind('outside, or a link that leads there') ?? { seen: {} };
      if (Object.hasOwn(fixture.special, name)) return { seen: { exists: true, type: 'other' } };
      const size = /^(\d+) bytes/.exec(fixture.present[name] ?? '')?.[1];
      if (size === undefined) return { seen: { exists: false } };
      const times = {
        created_at: '2026-11-20T09:00:00Z',
        modified_at: '2026-11-20T09:00:00Z',
        changed_at: '2026-11-20T09:00:00Z',
      };
      return {
        seen: {
          exists: true,
          type: 'file',
          size: Number(size),
          ...times,
          ...(name === 'backup.tar' ? { sha256: BACKUP } : {}),
        },
      };
    }
    case 'container': {
      const [state, more] = (fixture.containers[probe.name] ?? '').split(' ');
      if (state === undefined || state === '') return { seen: { exists: false } };
      return {
        seen: {
          exists: true,
          state,
          ...(state === 'exited' ? { exit_code: Number(more) } : { image: more ?? 'postgres:16' }),
          started_at: '2026-11-20T09:00:00Z',
        },
      };
    }
    case 'http': {
      const host = /^https?:\/\/([^/:]+)/.exec(probe.url)?.[1] ?? '';
      if (!fixture.httpAllowedHosts.includes(host))
        return { blind: { code: 'FORBIDDEN', message: 'not a registered target' } };
      return { seen: { responded: true, status: probe.url.includes('redirect') ? 302 : 200 } };
    }
    case 'process':
      return { blind: { code: 'NOT_FOUND', message: 'processes are not visible' } };
    default:
      return { blind: { code: 'NOT_FOUND', message: 'not in the fixture' } };
  }
}

function verdictOf(claim: string): Verdict {
  const parsed = parseClaim(claim, {
    now: NOW,
    registered: { containers: Object.keys(fixture.containers), roots: [ROOT] },
  });
  const seen = parsed.parts.map((part) =>
    judgePart(
      part,
      probesOf(part).map((probe): Observation => ({ probe, host: 'h', at: NOW, ...look(probe) })),
      {
        now: NOW,
        baseline: {
          before: fixture.goneSinceSnapshot.map((name) => ({
            probe: { kind: 'file', path: `${ROOT}/${name}`, want: [] },
            host: 'h',
            at: '2026-11-23T14:00:00Z',
            seen: { exists: true, type: 'file' },
          })),
        },
        executions: [
          {
            execution_id: 'e-failed',
            command: 'docker stop web',
            outcome: 'FAILED',
            exit_code: 1,
            started_at: '2026-11-23T14:10:00Z',
            finished_at: '2026-11-23T14:10:01Z',
          },
          {
            execution_id: 'e-1',
            command: 'docker stop web',
            outcome: 'SUCCEEDED',
            exit_code: 0,
            started_at: '2026-11-23T14:20:00Z',
            finished_at: '2026-11-23T14:20:01Z',
          },
        ],
        executions_complete: true,
      },
    ),
  );
  return judgeClaim(parsed, seen).verdict;
}

const VERDICTS: Readonly<Record<string, Verdict>> = { allow: 'TRUE', false: 'FALSE', unverifiable: 'UNVERIFIABLE' };

describe('the claims of the attack file', () => {
  it('are there', () => {
    expect(entries.length).toBeGreaterThan(50);
  });

  it.each(entries.map((entry) => [entry.id, entry.expect, entry.why, entry] as const))(
    '%s: %s, %s',
    (_id, expected, _why, entry) => {
      const { claim } = expandMacros(entry.input, { seed: 1 }) as Entry['input'];
      const verdict = verdictOf(claim.replace('@sha256-of-backup', BACKUP));
      if (expected === 'reject') expect(verdict).not.toBe('TRUE');
      else expect(verdict).toBe(VERDICTS[expected]);
    },
  );
});
