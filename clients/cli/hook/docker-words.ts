/**
 * First words after `docker`, and the groups of them. Written out and not taken from the verbs: the hook starts before every shell
 * line of an agent, and loading the whole grammar would take longer than judging the line. A test holds it against the grammar.
 */
export const DOCKER_WORDS: ReadonlySet<string> = new Set([
  '--version', '-v', 'build', 'builder', 'buildx', 'commit', 'compose', 'container', 'context', 'cp', 'create', 'diff', 'events', 'exec', 'export', 'history', 'image', 'images', 'import',
  'info', 'inspect', 'kill', 'load', 'logs', 'network', 'pause', 'port', 'ps', 'pull', 'push', 'rename', 'restart', 'rm', 'rmi', 'run', 'save', 'start', 'stats', 'stop', 'system', 'tag',
  'top', 'unpause', 'update', 'version', 'volume', 'wait',
]);
