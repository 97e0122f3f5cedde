/** Why the product does not come up on this machine, as one line, and what to do about it, as a second. */
import { refusal, type WingmanError } from '../domain/errors';

export function setupRefusal(problem: string, fix: string): WingmanError {
  return refusal('CONFIG_INVALID', `${problem}\n  Fix: ${fix}`);
}
