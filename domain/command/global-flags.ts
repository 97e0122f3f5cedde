/** Words before the verb: which engine docker speaks to, and how. There is one engine here, and Wingman chose it. */
import { refusal } from '../errors';

/** `docker --version`: a verb in all but name. */
const VERBS = ['--version', '-v'];

/** @throws WingmanError COMMAND_UNKNOWN_FLAG */
export function refuseGlobalFlag(first: string): void {
  if (!first.startsWith('-') || VERBS.includes(first)) return;
  throw refusal('COMMAND_UNKNOWN_FLAG', `${first} would change which engine or configuration docker uses; there is one engine here, so leave it out`, { flag: first });
}
