/**
 * The words that raise the risk of a request. They are looked for in text that an agent wrote, so they prove nothing and
 * may only raise: leaving a word out gains an agent nothing where there is a plan, because the plan's own class counts.
 *
 * Whole words in any case, with their endings. `drop-box` and `token_service` are names, not words; `prod` and `prd` count
 * inside names as well, because `web-prod` is a production thing.
 */
export interface RiskWord {
  readonly pattern: RegExp;
  /** What is said to the reviewer. */
  readonly means: string;
}

const words = (alternatives: string): RegExp => new RegExp(`(?<![\\w-])(?:${alternatives})(?![\\w-])`, 'i');

/** Also inside names: `web-prod` is a production thing. */
export const PRODUCTION = /(?<![a-z])(?:production|prod|prd)(?![a-z])/i;

export const HIGH_WORDS: readonly RiskWord[] = [
  { pattern: PRODUCTION, means: 'production' },
  { pattern: words('(?:un)?delet(?:e|es|ed|ing|ion|ions)|erase[sd]?|erasing|erasure'), means: 'delete' },
  { pattern: words('remov(?:e|es|ed|ing|al)'), means: 'remove' },
  { pattern: words('destroy(?:s|ed|ing)?|destruct(?:ion|ive)|teardown|tear down|decommission(?:s|ed|ing)?'), means: 'destroy' },
  { pattern: words('drop(?:s|ped|ping)?|truncat(?:e|es|ed|ing|ion)'), means: 'drop' },
  { pattern: words('wip(?:e|es|ed|ing)|purg(?:e|es|ed|ing)|shred(?:s|ded|ding)?|prun(?:e|es|ed|ing)|format(?:s|ted|ting)? (?:the )?(?:disk|drive|volume)|overwrit(?:e|es|ten|ing)'), means: 'wipe' },
  { pattern: words('irreversibl[ey]|irrecoverabl[ey]|permanently|data loss|lose data'), means: 'loss for good' },
  { pattern: words('secrets?|credentials?|passwords?|passphrases?|api[ _-]?keys?|private keys?|access tokens?|tokens?'), means: 'secrets' },
  { pattern: /(?<![\w-])(?:--?force[\w-]*|force[sd]?|forcing|forcibly|forceful(?:ly)?|force-\w+)(?!\w)/i, means: 'force' },
  { pattern: words('rm|rmi|dd (?:if|of)=\\S*|mkfs(?:\\.\\w+)?|shutdown|reboot|factory reset'), means: 'a destroying command' },
  { pattern: words('privileged|sudo|root access|as root|chmod|chown|iptables|firewall|disable (?:the )?(?:security|backups?|monitoring|logging|auth\\w*)'), means: 'privileges' },
  { pattern: words('rollback (?:the )?database|restore (?:the )?(?:database|backup)|failover'), means: 'recovery of data' },
];

export const MEDIUM_WORDS: readonly RiskWord[] = [
  { pattern: words('(?:re)?deploy(?:s|ed|ing|ment|ments)?|roll(?:s|ed|ing)? ?out|rollouts?|releas(?:e|es|ed|ing)|publish(?:es|ed|ing)?'), means: 'deploy' },
  { pattern: words('migrat(?:e|es|ed|ing|ion|ions)'), means: 'migration' },
  { pattern: words('schemas?|alter(?:s|ed|ing)?|ddl'), means: 'schema' },
  { pattern: words('restart(?:s|ed|ing)?|reload(?:s|ed|ing)?|stop(?:s|ped|ping)?|kill(?:s|ed|ing)?|paus(?:e|es|ed|ing)|recreat(?:e|es|ed|ing)|rebuil(?:d|ds|t|ding)|start(?:s|ed|ing)? (?:the |a |an )?(?:[\\w-]+ )?(?:container|service|server|process|job|database|vm|pod|stack)s?'), means: 'restart' },
  { pattern: words('upgrad(?:e|es|ed|ing)|downgrad(?:e|es|ed|ing)|updat(?:e|es|ed|ing)|patch(?:es|ed|ing)?|(?:un)?install(?:s|ed|ing|ation)?'), means: 'update' },
  { pattern: words('roll(?:s|ed|ing)? ?back|rollbacks?|revert(?:s|ed|ing)?|restor(?:e|es|ed|ing)'), means: 'rollback' },
  { pattern: words('scal(?:e|es|ed|ing) (?:up|down|out|in|to)|resiz(?:e|es|ed|ing)|reconfigur(?:e|es|ed|ing|ation)|modif(?:y|ies|ied|ying)|renam(?:e|es|ed|ing)|chang(?:e|es|ed|ing) (?:the |a )?(?:config\\w*|settings?|permissions?|dns|network)'), means: 'change' },
];

/** Text that tries to talk the reviewer, or a model, into a yes. Shown, and always HIGH: honest work does not need it. */
export const PERSUASION: readonly RegExp[] = [
  /\b(?:already|previously)(?: been)? (?:reviewed|approved|vetted|cleared|authori[sz]ed|signed off)\b/i,
  /\bpre-?(?:approved|authori[sz]ed|reviewed|cleared)\b/i,
  /\b(?:please|just|simply|kindly|must|should|immediately|quickly|always) (?:auto-?)?approve\b|\bplease (?:accept|confirm|sign off|tap|click)\b/i,
  /\b(?:auto-?approve|rubber[- ]?stamp|approve (?:this|it|all|everything|every|any|without|now|immediately|asap|blindly|the (?:request|batch|rest)))\b/i,
  /\b(?:without|no need (?:to|for)|do(?:n't| not) (?:need|have|bother) to|skip(?:ping)?|not necessary to|bypass(?:ing)?) (?:(?:any|a|the|further|human|manual|more) ){0,3}(?:read(?:ing)?|review(?:ing)?|look(?:ing)?|approval|questions?)\b/i,
  /\b(?:ignore|disregard|forget|override) (?:(?:all|any|the|your|these|those|of) ){0,3}(?:previous|prior|above|earlier|safety|polic(?:y|ies)|instructions?|rules?|warnings?|guardrails?)\b/i,
  /\b(?:do(?:n't| not)|no need to|needn't) (?:review|worry|escalate|read (?:this|it|on|further|the (?:plan|instruction|commands?|rest|details|card)))\b/i,
  /\b(?:trust me|nothing to (?:see|review)|(?:ceo|cto|boss|manager|director|owner|admin(?:istrator)?|security team|management) (?:has |have |already )*(?:said|says|wants|approved|demands|insists|signed|agreed|ok(?:ay)?ed))\b/i,
  /\b(?:you are (?:now |an? )*(?:helpful|assistant|model|system|admin|developer|approver)|system prompt|as an? (?:ai|language model))\b/i,
  /\b(?:rate|classify|label|mark|treat|score|vote|report|assess) (?:this|it|the (?:risk|request|plan|task)) (?:as )?(?:low|safe|harmless|read.?only)\b/i,
  /\bnote to (?:the )?(?:approver|reviewer|model|voter)\b/i,
  /^[ \t>*#-]*(?:(?:approved|decided)[ _]by[ \t]*[:=][ \t]*\S|(?:risk(?:[ _]level)?|status|decision)[ \t]*[:=][ \t]*(?:low|approved|auto|none|safe|granted|accepted))/im,
];
