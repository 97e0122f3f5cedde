/**
 * Force flags and dangerous commands that an instruction orders. What the text forbids, or tells as somebody's mistake, does
 * not count (see `prohibition.ts`). This is advice to the author and a signal to the reviewer: what runs is
 * decided by the parsed plan alone, so a trick that hides a command here gains nothing there.
 */
import { isWithin, prohibitedRanges, type Range } from './prohibition';

export interface ActionFinding {
  readonly check: 'no_force_flags' | 'no_forbidden_actions';
  /** From 1. */
  readonly line: number;
  readonly what: string;
}

interface Gate {
  readonly words?: string;
  readonly signs?: string;
}

interface Danger {
  readonly check: ActionFinding['check'];
  readonly what: string;
  /** Beginnings of words, and other signs, in lower case: where none occurs, `pattern` cannot match. */
  readonly gate: Gate;
  readonly pattern: RegExp;
}

const danger = (check: ActionFinding['check'], what: string, gate: Gate, source: string): Danger => ({
  check,
  what,
  gate,
  pattern: new RegExp(source, 'gim'),
});
const force = (what: string, gate: Gate, source: string): Danger => danger('no_force_flags', what, gate, source);
const forbidden = (what: string, gate: Gate, source: string): Danger =>
  danger('no_forbidden_actions', what, gate, source);

/** The rest of a command: to the end of the line or the next command, and never far. */
const ARGS = '[^\\n;|&]{0,200}?';
const FLAG_END = '(?=[\\s,.;:)]|$)';
const SHELLS =
  '(?:sudo[ \\t]+(?:-\\w+[ \\t]+)?)?(?:/(?:usr/)?bin/)?(?:env[ \\t]+)?(?:(?:ba|z|da|k|c|tc|fi|a)?sh|python[\\d.]*|perl|ruby|node|php|pwsh|powershell|iex)';
const FETCH = '(?:curl|wget|fetch|aria2c|http|lynx|iwr|irm|invoke-(?:webrequest|restmethod))';
const DASHES = '[-\\u2010-\\u2015\\u2212\\ufe58\\ufe63\\uff0d]';
/** `docker rm` takes one container, not a tree of files. */
const NOT_A_SUBCOMMAND =
  '(?<![\\w.-]rm)(?<!(?:docker|podman|git|container|image|volume|network|compose|npm|svn|kubectl|config|secret|service|stack|node|context|plugin|remote|worktree)[ \\t]{1,4}rm)';

const DANGERS: readonly Danger[] = [
  force('a force flag', { words: 'force' }, `(?<![\\w-])${DASHES}{1,2}[ \\t]?force(?:d|-[a-z-]+)?(?![a-z])`),
  force(
    'a flag that skips a safety check',
    { signs: '--(?:no-|skip-|yes-i|allow-un|disable-|ignore-|assume-|insecure|auto-)|-auto-approve' },
    '(?<![\\w-])--(?:no-verify|no-preserve-root|skip-(?:checks?|verify|verification|validation|tests?|hooks?|safety)|yes-i-really-\\w[\\w-]*|allow-unrelated-histories|disable-checks?|ignore-errors|no-check\\w*|no-confirm|assume-yes|auto-approve|insecure)(?![\\w-])|(?<![\\w-])-auto-approve\\b',
  ),
  force(
    'the short force flag',
    { signs: '\\s-[a-z]{0,20}f' },
    `(?<![\\w.-])(?:rm|rmi|mv|cp|umount|unlink|prune|rmdir|userdel|git[ \\t]+(?:push|clean|checkout|branch|switch|fetch|rm)|docker[ \\t]+(?:kill|push|swarm[ \\t]+leave))[ \\t]${ARGS}(?<=\\s)-[a-z]*f[a-z]*${FLAG_END}`,
  ),
  force('a force setting', { words: 'force' }, '\\bforce["\']?[ \\t]{0,3}[:=][ \\t]{0,3}["\']?(?:true|yes|on|1)\\b'),
  force(
    'a forced action',
    { words: 'force|forcib' },
    '\\b(?:force[ -](?:push|delet|remov|kill|stop|restart|recreat|install|overwrit|rebuil|updat|upgrad|pull|merg|deploy|quit|clos|drop|prun)[a-z]*|forcibly|forcefully|(?:the|a|with|use|using|add|pass)[ \\t]+(?:the[ \\t]+)?force[ \\t]+(?:flag|option|switch|mode))\\b',
  ),

  forbidden(
    'a recursive or forced rm',
    { words: 'rm\\b' },
    `\\brm${NOT_A_SUBCOMMAND}[ \\t]${ARGS}(?<=\\s)(?:-[a-z]*[rf][a-z]*|--recursive|--no-preserve-root)${FLAG_END}`,
  ),
  forbidden(
    'an rm of everything',
    { words: 'rm\\b' },
    `\\brm${NOT_A_SUBCOMMAND}[ \\t]+(?:-\\S+[ \\t]+){0,5}(?:/|~|\\*|/\\*|\\.|\\$home)${FLAG_END}`,
  ),
  forbidden(
    'a recursive delete',
    { words: 'xargs|rd |rmdir|del |remove-item|shutil|fs\\.rm|rimraf', signs: '-delete|-exec' },
    `\\bfind[ \\t]${ARGS}[ \\t]-(?:delete|exec(?:dir)?[ \\t]+rm)\\b|\\bxargs[ \\t]${ARGS}\\brm\\b|\\brd[ \\t]+/s\\b|\\brmdir[ \\t]+/s\\b|\\bdel[ \\t]+(?:/[a-z][ \\t]+){0,3}/[sq]\\b|\\bremove-item\\b${ARGS}-recurse\\b|\\b(?:shutil\\.rmtree|fs\\.rm(?:dir)?(?:sync)?|rimraf)\\b`,
  ),
  forbidden(
    'a remote script piped to an interpreter',
    { signs: '\\|' },
    `\\b${FETCH}\\b[^\\n|]{0,400}(?:\\|[ \\t]*(?:tee|base64|gunzip|zcat|xz|tar|sed|tr|cat|sudo tee)\\b[^\\n|]{0,200}){0,3}\\|[ \\t]*${SHELLS}(?![\\w-])`,
  ),
  forbidden(
    'a remote script run in place',
    { words: 'curl|wget|fetch|aria2c|http\\b|lynx|iwr|irm|invoke-|iex' },
    `(?:\\b(?:eval|source|${SHELLS})\\b[^\\n]{0,40}?|(?:^|\\s)\\.[ \\t]+)(?:\\$\\(|<\\(|\\(|-c[ \\t]+)[ \\t]*["']?\\$?\\(?${FETCH}\\b|\\biex[ \\t]*\\(`,
  ),
  forbidden(
    'text piped to a shell',
    { signs: '\\|' },
    `\\|[ \\t]*(?:sudo[ \\t]+)?(?:/(?:usr/)?bin/)?(?:ba|z|da|k)?sh(?![\\w.-])|\\b(?:base64|xxd|openssl)\\b[^\\n|]{0,200}\\|[ \\t]*${SHELLS}(?![\\w-])`,
  ),
  forbidden(
    'a fork bomb',
    { signs: ':[ \\t]*\\(|\\(\\)' },
    ':[ \\t]*\\([ \\t]*\\)[ \\t]*\\{|\\b(\\w{1,20})\\(\\)[ \\t]*\\{[ \\t]*\\1[ \\t]*\\|',
  ),
  forbidden(
    'a write to a raw disk',
    { words: 'dd[ \\t]|mkfs|wipefs|blkdiscard|format[ \\t]|shred|diskpart', signs: '/dev/' },
    `\\bdd[ \\t]${ARGS}\\b(?:if|of)=|\\bmkfs(?:\\.\\w+)?[ \\t]|\\bwipefs\\b|\\bblkdiscard\\b|\\b(?:fdisk|sgdisk|parted)[ \\t]+(?:-\\S+[ \\t]+)*/dev/|>[ \\t]*/dev/(?:sd|nvme|vd|xvd|mmcblk|hd)|\\bformat[ \\t]+[a-z]:|\\bshred[ \\t]+(?:-|/)|\\bdiskpart\\b`,
  ),
  forbidden(
    'open permissions',
    { words: 'chmod|chown' },
    '\\bchmod[ \\t]+(?:-\\w+[ \\t]+){0,3}(?:0?[0-7]?777|0?666|a[+=]\\w*w\\w*|o[+=]\\w*w\\w*|[ugoa]*\\+\\w*s|\\+rwx)|\\bchown[ \\t]+-\\w*r\\w*[ \\t]+\\S+[ \\t]+/(?:\\s|$)',
  ),
  forbidden(
    'a switched-off guard',
    {
      words:
        'setenforce|iptables|ufw|firewall|audit|apparmor|selinux|wingman|approval[ \\t]+gate|two-factor|mfa|history[ \\t]|histfile',
    },
    '\\bsetenforce[ \\t]+0|\\biptables[ \\t]+(?:-f|--flush)\\b|\\bufw[ \\t]+disable|\\b(?:systemctl|service)[ \\t]+(?:stop|disable|mask)[ \\t]+(?:firewalld|auditd|apparmor|ufw|wingman\\S*)|\\bauditctl[ \\t]+-e[ \\t]*0|\\bhistory[ \\t]+-c\\b|\\bunset[ \\t]+histfile|\\b(?:disable|turn off|switch off|bypass|circumvent|kill|stop)[ \\t]+(?:the[ \\t]+)?(?:audit(?:ing|[ -]log)?|firewall|selinux|apparmor|approval gate|wingman(?:[ -]\\w+)?|two-factor|mfa)\\b',
  ),
  forbidden(
    'a destroying SQL statement',
    { words: 'drop|truncate|delete[ \\t]+from|flush(?:all|db)' },
    '\\bdrop[ \\t]+(?:the[ \\t]+)?(?:\\w+[ \\t]+)?(?:table|database|schema|tablespace|keyspace|collection)s?\\b|\\btruncate[ \\t]+(?:the[ \\t]+)?(?:\\w+[ \\t]+)?tables?\\b|\\btruncate[ \\t]+\\w+[ \\t]*;|\\bdelete[ \\t]+from[ \\t]+[\\w."]+[ \\t]*(?:;|$|where[ \\t]+(?:1[ \\t]*=[ \\t]*1|true))|\\bflush(?:all|db)\\b|\\.dropdatabase\\(|\\bdropdb[ \\t]',
  ),
  forbidden(
    'a container with the rights of the host',
    {
      words: 'privileged|docker\\.sock|nsenter',
      signs: '--(?:pid|net|ipc|userns|uts|cgroupns|cap-add|security-opt|device)|/:',
    },
    `\\b(?:docker|podman)\\b${ARGS}--privileged\\b|--(?:pid|net|network|ipc|userns|uts|cgroupns)[= ]host\\b|--cap-add[= ](?:all|sys_\\w+)|(?:-v|--volume)[= ]?/:|/var/run/docker\\.sock|\\bnsenter\\b|--security-opt[= ]\\S*unconfined|--device[= ]/dev/`,
  ),
  forbidden(
    'a sweep over everything',
    { words: 'prune|kubectl|terraform|pulumi|aws\\b|terminate-instances|delete-|gcloud|az\\b|helm|git[ \\t]|crontab' },
    '\\b(?:docker|podman)[ \\t]+(?:system|volume|image|container|network|builder)[ \\t]+prune\\b[^\\n;|&]{0,60}?-\\w*[af]|\\bkubectl[ \\t]+delete[ \\t]+(?:ns|namespaces?|nodes?|pvc?|all|crds?|\\S+[ \\t]+--all)\\b|\\bterraform[ \\t]+(?:destroy|apply[ \\t]+-destroy)|\\bpulumi[ \\t]+destroy|\\baws[ \\t]+s3[ \\t]+(?:rb|rm[^\\n]{0,100}--recursive)|\\b(?:terminate-instances|delete-db-instance|delete-stack|delete-bucket)\\b|\\bgcloud\\b[^\\n]{0,100}[ \\t]delete\\b|\\baz[ \\t]+group[ \\t]+delete|\\bhelm[ \\t]+(?:uninstall|delete)\\b|\\bgit[ \\t]+reset[ \\t]+--hard|\\bgit[ \\t]+(?:filter-branch|update-ref[ \\t]+-d)|\\bcrontab[ \\t]+-r\\b',
  ),
  forbidden(
    'a stop of the machine',
    { words: 'shutdown|poweroff|halt|reboot|init[ \\t]|kill|pkill|sysrq' },
    '\\b(?:shutdown|poweroff|halt|reboot)[ \\t]+(?:-\\w|now\\b|\\+\\d)|\\bsudo[ \\t]+(?:shutdown|reboot|poweroff|halt)\\b|\\binit[ \\t]+[06]\\b|\\bkill[ \\t]+-(?:9|kill|s[ \\t]+kill)[ \\t]+-?1\\b|\\bkillall\\b|\\bpkill[ \\t]+-(?:9|kill)\\b|/proc/sysrq-trigger|^[ \\t]*(?:reboot|poweroff|halt|shutdown)[ \\t]*$',
  ),
  forbidden(
    'a reach for credentials',
    { words: 'cat[ \\t]|n(?:c|cat|etcat)[ \\t]|exfiltrat|visudo|169', signs: '/etc/|/dev/tcp' },
    '/etc/shadow\\b|\\bcat[ \\t]+\\S{0,60}(?:id_rsa|id_ed25519|\\.aws/credentials|\\.kube/config|\\.docker/config\\.json|\\.netrc|\\.pgpass)\\b|/dev/tcp/|\\bn(?:c|cat|etcat)[ \\t]+(?:-\\S+[ \\t]+)*-\\w*e\\b|\\bexfiltrat\\w+|\\bvisudo\\b|/etc/sudoers\\b|169\\.254\\.169\\.254',
  ),
  forbidden(
    'destruction of everything',
    { words: '(?:delete|erase|wipe|destroy|remove|purge|nuke)[ \\t]' },
    '\\b(?:delete|erase|wipe|destroy|remove|purge|nuke)[ \\t]+(?:everything\\b|(?:all[ \\t]+(?:of[ \\t]+)?(?:the[ \\t]+)?|every[ \\t]+|the[ \\t]+(?:entire|whole|complete|production)[ \\t]+)(?:data|databases?|disks?|drives?|volumes?|backups?|hosts?|servers?|filesystems?|systems?|clusters?|containers?|files|tables?|environment)\\b)',
  ),
];

const wordsOf = (dangers: readonly Danger[]): string => dangers.flatMap(({ gate }) => gate.words ?? []).join('|');
const signsOf = (dangers: readonly Danger[]): string => dangers.flatMap(({ gate }) => gate.signs ?? []).join('|');
const toGate = (words: string, signs: string): RegExp =>
  new RegExp([...(words === '' ? [] : [`\\b(?:${words})`]), ...(signs === '' ? [] : [signs])].join('|'));

/** Measured on a plain instruction of 650 characters: 2 us for both, 8 us for the gates one by one, 35 us for the patterns. */
const ANY_WORD = toGate(wordsOf(DANGERS), '');
const ANY_SIGN = toGate('', signsOf(DANGERS));
const GATES: readonly RegExp[] = DANGERS.map((one) => toGate(wordsOf([one]), signsOf([one])));

/** The first finding of each kind. `folded` is the instruction as `foldLookalikes` leaves it. */
export function findForbiddenActions(folded: string): readonly ActionFinding[] {
  const text = asTyped(folded);
  const lower = text.toLowerCase();
  if (!ANY_WORD.test(lower) && !ANY_SIGN.test(lower)) return [];
  const findings: ActionFinding[] = [];
  let allowed: readonly Range[] | null = null;
  for (const [at, { check, what, pattern }] of DANGERS.entries()) {
    if (GATES[at]?.test(lower) !== true) continue;
    for (const { index } of text.matchAll(pattern)) {
      allowed ??= prohibitedRanges(text);
      if (isWithin(allowed, index)) continue;
      findings.push({ check, what, line: lineAt(text, index) });
      break;
    }
  }
  return findings;
}

/** As a shell would read it: quotes and backslashes inside words gone. Line breaks stay where they are. */
function asTyped(folded: string): string {
  if (!/["'`\\$\r]/.test(folded)) return folded;
  return folded
    .replace(/\r\n?/g, '\n')
    .replace(/\$\{?IFS\}?/g, ' ')
    .replace(/(?<=\w)(?:''|""|\\)(?=\w)/g, '')
    .replace(/["'`]([\w/.~$-]{1,40})["'`]/g, '$1')
    .replace(/(?<=[\w/-])["`]|["`](?=[\w/.~$-])/g, '');
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
