/**
 * Programs that sit at a terminal and wait for a person. With `-i` or `-t` and nothing that tells them what to do they would hang
 * until the deadline, and what is typed into them nobody could have approved.
 */

/** They read commands until told to stop; each with the options that give it something to do instead. */
const READERS: readonly { readonly names: RegExp; readonly busy: RegExp; readonly operandIsWork: boolean }[] = [
  { names: /^(?:ba|z|da|a|k|mk|c|tc|fi|r)?sh$|^(?:busybox|pwsh|nu)$/, busy: /^(?:-[a-z]*c|-command|-file|--version|--help)$/i, operandIsWork: true },
  { names: /^(?:python[\d.]*|pypy3?|node|nodejs|deno|bun|ruby|perl|php|lua[\d.]*|tclsh|ipython|irb|ghci|iex|erl|scala|jshell|julia|R|groovysh|clj|sbcl|guile|gdb|pdb|bpython|ptpython)$/, busy: /^(?:-[a-zA-Z]*[cemprSV]|--(?:eval|print|version|help|execute|check|run)(?:=.*)?|-v)$/, operandIsWork: true },
  { names: /^(?:psql|pgcli)$/, busy: /^(?:-[a-zA-Z]*[cflV].*|--(?:command|file|list|version|help)(?:=.*)?)$/, operandIsWork: false },
  { names: /^(?:mysql|mariadb|mycli)$/, busy: /^(?:-[a-zA-Z]*[eV].*|--(?:execute|version|help)(?:=.*)?)$/, operandIsWork: false },
  { names: /^(?:mongo|mongosh)$/, busy: /^--(?:eval|version|help|file)(?:=.*)?$|\.js$/, operandIsWork: false },
  { names: /^(?:cqlsh|clickhouse-client|influx|beeline|hive|trino|presto|sqlcmd|duckdb|isql|neo4j-shell|cypher-shell|clickhouse)$/, busy: /^(?:-[efqQc].*|--(?:execute|file|query|queries-file|version|help|command)(?:=.*)?)$|\s|^[a-z]+ing$/i, operandIsWork: false },
  { names: /^sqlite3$/, busy: /^(?:-cmd|-version)$|\s|^\./, operandIsWork: false },
  { names: /^(?:su|login|ssh|telnet|ftp|sftp|nc|netcat|ncat|socat|minicom|screen|tmux|byobu)$/, busy: /^-[a-z]*c$/, operandIsWork: false },
  { names: /^(?:vi|vim|nvim|nano|emacs|ed|joe|mcedit|less|more|man|top|htop|btop|atop|iotop|glances|watch|mc|ncdu|lazydocker|k9s|ctop|dialog|whiptail|passwd|fdisk|visudo|crontab)$/, busy: /^(?:-[a-z]*[bl]\w*|--(?:version|help|batch))$/, operandIsWork: false },
];

/** Of redis-cli, what takes the next word. */
const REDIS_VALUES = /^-[hpsanurtiD]$|^--(?:user|pass|askpass|cacert|cert|key|sni|rdb|pipe-timeout|bigkeys-numkeys)$/;
/** `rails console`, `manage.py shell`: one word makes them wait. */
const CONSOLES = /^(?:console|c|shell|shell_plus|dbshell|tinker|dbconsole|db|repl|sh|bash|pry)$/;
const WITH_CONSOLE = /^(?:rails|manage\.py|artisan|console|occ|wp|flask|bundle|spring|drush|symfony)$/;
const PREFIXES = /^(?:env|nice|nohup|exec|time|command|sudo|gosu|su-exec|tini|dumb-init|setsid|stdbuf|doas|timeout|chroot|script)$/;

const baseOf = (word: string): string => word.slice(word.lastIndexOf('/') + 1);

/** @param argv of a program that was asked for with `-i` or `-t` */
export function waitsForPerson(argv: readonly string[]): boolean {
  const [program = '', ...args] = withoutPrefixes(argv);
  const name = baseOf(program);
  if (name === 'redis-cli' || name === 'valkey-cli' || name === 'keydb-cli') return !redisHasCommand(args);
  if (opensConsole(name, args)) return true;
  const reader = READERS.find(({ names }) => names.test(name));
  if (reader === undefined || args.some((word) => reader.busy.test(word))) return false;
  return !(reader.operandIsWork && args.some((word, at) => !word.startsWith('-') && word !== '' && !isValueOf(args[at - 1])));
}

/** `bash --rcfile x`, `python -W ignore`: no script. */
const isValueOf = (before: string | undefined): boolean => before !== undefined && /^(?:--rcfile|--init-file|-W|-X|-o|-O)$/.test(before);

function opensConsole(name: string, args: readonly string[]): boolean {
  const all = [name, ...args];
  return all.some((word, at) => WITH_CONSOLE.test(baseOf(word)) && CONSOLES.test(all[at + 1] ?? '') && all.length === at + 2);
}

function redisHasCommand(args: readonly string[]): boolean {
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (REDIS_VALUES.test(word)) at += 1;
    else if (!word.startsWith('-') || /^--(?:version|help|bigkeys|memkeys|hotkeys|scan|eval|pipe|latency|stat)$/.test(word)) return true;
  }
  return false;
}

/** `env A=b bash` is bash. */
function withoutPrefixes(argv: readonly string[]): readonly string[] {
  let at = 0;
  while (at < argv.length - 1 && PREFIXES.test(baseOf(argv[at] ?? ''))) {
    at += 1;
    while (at < argv.length - 1 && /^-|^[A-Za-z_]\w*=|^\d+[smhd]?$/.test(argv[at] ?? '')) at += /^-[unCg]$/.test(argv[at] ?? '') ? 2 : 1;
    if (/^(?:gosu|su-exec|chroot)$/.test(baseOf(argv[at - 1] ?? '')) && at < argv.length - 1) at += 1;
  }
  return argv.slice(at);
}
