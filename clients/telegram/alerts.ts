/**
 * Tells the chats of incidents: once when one opens, and a digest of what came again. What is acknowledged or resolved by the time it can
 * be told is not told. After a crash in the moment of sending, an alert may come twice: one that nobody saw would be worse.
 */
import { showOnOneLine } from '../../domain/text/hidden-text';
import type { Logger } from '../../platform/log';
import type { WingmanClient } from '../sdk/client';
import { WingmanApiError } from '../sdk/errors';
import type { IncidentShape } from '../sdk/truth-shapes';
import { linkedChats, type AlertState, type StateFile } from './bot-state';
import { pause } from './pause';
import { TelegramProblem, type TelegramCalls } from './telegram-calls';

export interface AlertParts {
  readonly file: StateFile;
  readonly api: WingmanClient;
  readonly calls: TelegramCalls;
  readonly log: Logger;
  readonly stop: AbortSignal;
}

export interface Alerts {
  readonly wake: () => void;
  /** Runs until the signal fires. */
  readonly done: Promise<void>;
}

const AGAIN_MS = 2_000;
const IDLE_MS = 30_000;

export function startAlerts({ file, api, calls, log, stop }: AlertParts): Alerts {
  let woken = true;
  let wakeUp: () => void = () => undefined;

  /** True: there is nothing left to tell of it. */
  const tell = async (key: string, alert: AlertState): Promise<boolean> => {
    const incident = await api.incident(alert.incident).catch((error: unknown) => {
      if (error instanceof WingmanApiError && error.status === 404) return null;
      throw error;
    });
    if (incident === null || incident.state !== 'OPEN') return true;
    let complete = true;
    for (const chat of linkedChats(file.state)) {
      if (alert.told.includes(chat)) continue;
      try {
        await calls.send(chat, { text: alertText(incident, key.startsWith('digest:')), literal: true });
      } catch (error) {
        if (!(error instanceof TelegramProblem)) throw error;
        if (error.kind !== 'refused') {
          complete = false;
          continue;
        }
      }
      alert.told.push(chat);
      await file.save();
    }
    return complete;
  };

  const loop = async (): Promise<void> => {
    while (!stop.aborted) {
      woken = false;
      let complete = true;
      for (const [key, alert] of Object.entries((file.state.alerts ??= {}))) {
        const told = await tell(key, alert).catch((err: unknown) => {
          log.warn({ err, incident_id: alert.incident }, 'an incident could not be told; it is tried again');
          return false;
        });
        if (told) delete file.state.alerts[key];
        complete &&= told;
      }
      if (woken) continue;
      const nap = new AbortController();
      wakeUp = () => nap.abort();
      await pause(complete ? IDLE_MS : AGAIN_MS, AbortSignal.any([stop, nap.signal]));
    }
  };
  return {
    wake() {
      woken = true;
      wakeUp();
    },
    done: loop(),
  };
}

/** What an agent wrote stands on one line, with what cannot be seen spelled out. */
export function alertText(incident: IncidentShape, isDigest = false): string {
  return [
    `${isDigest ? 'AGAIN' : 'INCIDENT'}  ${incident.severity} ${incident.kind}${incident.state === 'OPEN' ? '' : ` ${incident.state}`}`,
    showOnOneLine(incident.summary).slice(0, 1_000),
    ...(incident.worker_id === null ? [] : [`Agent: ${showOnOneLine(incident.worker_id)}${incident.environment === null ? '' : ` in ${incident.environment}`}`]),
    ...(incident.repeats === 0 ? [] : [`Repeated: ${String(incident.repeats)} times`]),
    ...(incident.severity === 'CRITICAL' && incident.worker_id !== null ? [`The agent is quarantined: /release ${showOnOneLine(incident.worker_id)} REASON lets it go on.`] : []),
    `Incident: ${incident.incident_id}`,
    `More: \`wingman incidents show ${incident.incident_id}\``,
  ].join('\n');
}
