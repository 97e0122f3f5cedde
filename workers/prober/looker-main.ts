/**
 * A looker: a child of the prober that takes one look at a time. It holds no key, no configuration and no environment; when a file
 * system never answers, this process hangs and not the prober, which kills it and starts another.
 */
import type { Look } from '../../domain/claim/blind';
import { look, type LookTask } from './look';

process.on('message', (task: LookTask) => {
  let answer: Look;
  try {
    answer = look(task);
  } catch {
    // What it was is for nobody who may read a verdict; the code says that it was not foreseen.
    answer = { blind: 'PROBE_FAILED' };
  }
  process.send?.(answer);
});
process.on('disconnect', () => process.exit(0));
