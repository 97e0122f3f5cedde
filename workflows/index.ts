/** What the worker can run: the only barrel, since Temporal's bundler wants one entry. */
export { approval } from './approval';
export { execution } from './execution';
export { token, tokenExecution } from './token';
