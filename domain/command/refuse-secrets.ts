/** A command is on cards, in the ledger and in the lists of processes: what is secret does not belong into it. */
import { refusal } from '../errors';
import { findSecrets } from '../secrets/secrets';

/** @throws WingmanError COMMAND_SECRET, which never quotes it. Hostile: written by an agent. */
export function refuseSecrets(argv: readonly string[]): void {
  const text = argv.join(' ');
  const [found] = findSecrets(text);
  if (found === undefined) return;
  const at = text.slice(0, found.start).split(' ').length - 1;
  throw refusal('COMMAND_SECRET', `word ${String(at + 1)} holds a secret (${found.kind}); register its value under registry.run_env and name the variable alone: --env NAME`, { at, kind: found.kind });
}
