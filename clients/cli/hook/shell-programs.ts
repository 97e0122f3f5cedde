/** Which programs a line may name docker to without running it. Whatever is not listed is not known, and so not harmless. */

/** Names of container engines and what belongs to them. */
export const ENGINES = ['docker', 'podman', 'nerdctl'] as const;
export const MENTION = /docker|podman|nerdctl|containerd/i;
/** Whoever opens one of these needs no docker command. */
export const SOCKET = /(?:docker|containerd|podman|dockerd?)[\w.-]*\.sock\b|\/run\/docker|DOCKER_HOST|\b237[56]\b/i;

export const isEngine = (program: string): boolean => /^(?:docker|podman|nerdctl)(?:d|[-_][\w-]*)?$/i.test(program) || /^(?:ctr|crictl|containerd)$/i.test(program);

/** They read their arguments and print; no option of theirs runs anything. */
export const READERS = new Set([
  'cat', 'ls', 'head', 'tail', 'wc', 'stat', 'file', 'test', '[', '[[', 'echo', 'printf', 'grep', 'egrep', 'fgrep', 'cut', 'tr', 'uniq', 'diff', 'cmp', 'cd', 'pwd', 'true', 'false', ':',
  'basename', 'dirname', 'realpath', 'readlink', 'du', 'df', 'which', 'type', 'jq', 'md5sum', 'sha256sum', 'tree', 'date', 'exit', 'return', 'sleep', 'nl', 'pushd', 'popd', 'command',
]);
/** They change files by name, and run nothing. */
export const FILE_TOOLS = new Set(['mkdir', 'rmdir', 'touch', 'cp', 'mv', 'ln', 'install', 'chmod', 'chown', 'tee', 'rm']);
/** Of those, what gives a program another name. */
export const NAMES_ANEW = new Set(['cp', 'mv', 'ln', 'install']);

/** They stand before another command; of each, the letters of its options that take the next word. */
const PREFIXES: Readonly<Record<string, string>> = {
  sudo: 'ughpCTrtDRU', doas: 'uC', env: 'uC', nice: 'n', ionice: 'cnpPu', nohup: '', command: '', builtin: '', exec: 'a', timeout: 'ks', stdbuf: 'ioe', setsid: '', xargs: 'InPLdaEs', time: 'fo', chrt: 'TPD', taskset: '', unbuffer: '',
};
/** Null: it is none. */
export const optionsOfPrefix = (program: string): string | null => (Object.hasOwn(PREFIXES, program) ? (PREFIXES[program] ?? null) : null);

/** They run what they are given to read, in this line or in a file. */
export const isInterpreter = (program: string): boolean =>
  /^(?:(?:ba|z|da|k|mk|a|fi|c|tc)?sh|busybox|python[\d.]*|pypy3?|perl[\d.]*|ruby|node|nodejs|deno|bun|php|lua|tclsh|expect|g?awk|mawk|eval|source|\.|xargs|parallel|ssh|at|batch|crontab|script|watch|su|sudo|doas|make|osascript|pwsh|systemd-run|alias|trap|function|entr)$/i.test(program);

/** Verbs of `wingman` that are an agent's own; all others are for people. */
export const AGENT_VERBS = new Set(['request', 'wait', 'execute', 'check', 'claim', 'show', 'pending', 'watch', 'verify', 'truth', 'doctor', 'mcp', 'help', '--help', '--version']);
/** Of `wingman dr`. */
export const AGENT_DR_VERBS = new Set(['start', 'list', 'show', 'report']);

const GIT_VERBS = new Set(['add', 'commit', 'status', 'diff', 'log', 'show', 'mv', 'checkout', 'switch', 'restore', 'branch', 'ls-files', 'blame', 'push', 'stash', 'rm', 'tag']);

/** Programs that run something with some of their options, and not with these arguments. */
export function isHarmlessWith(program: string, args: readonly string[]): boolean {
  switch (program) {
    case 'git': {
      const at = args[0] === '-C' ? 2 : 0;
      return GIT_VERBS.has(args[at] ?? '') && !args.some((word) => /^--(?:exec|receive-pack|upload-pack|ext-diff|textconv|config|template)/.test(word) || word.startsWith('ext::'));
    }
    case 'find':
      return !args.some((word) => /^-(?:exec|ok|fprint|fls|files0)/.test(word));
    case 'rg':
      return !args.some((word) => /^--(?:pre|hostname-bin)/.test(word));
    case 'sort':
      return !args.some((word) => word.startsWith('--'));
    case 'sed':
      // Its scripts can run commands: only "print these lines" is known to be harmless.
      return args[0] === '-n' && /^\d*(?:,(?:\d+|\$))?p$/.test(args[1] ?? '') && args.slice(2).every((word) => !word.startsWith('-'));
    default:
      return false;
  }
}
