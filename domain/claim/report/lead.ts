/** An item with the line above that it goes on from: "Created:" and "/srv/x/a.txt" is "Created /srv/x/a.txt". */

const MANY = 'files|containers|services|images|networks|volumes|processes|ports|packages|directories|folders|endpoints|tables|commits|scripts|documents|configs|modules|tests|migrations|items|things|resources|changes|steps|actions|tasks|urls|pages';
const KINDS = new Set(['files', 'containers', 'services', 'images', 'networks', 'volumes', 'processes', 'ports', 'packages', 'directories', 'folders', 'tables', 'commits']);
const DEED = 'created|added|wrote|written|generated|deleted|removed|modified|changed|edited|updated|started|stopped|restarted|paused|installed|uninstalled|pulled|built|opened|closed|made|set up|saved|refactored|launched';
const STATE = 'running|stopped|up|down|healthy|unhealthy|open|closed|listening|exited|paused|present|missing|installed|reachable|available|gone|active|inactive';

/** How the item may be read, the likeliest first. */
export function withLead(lead: string, item: string): readonly string[] {
  const line = lead.replace(/[:\s]+$/, '').replace(/[.!]$/, '');
  if (line.length > 160) return [];
  return [...following(line, item), ...deedOrState(line, item)];
}

/** "The following containers are running", "I created the following files" */
function following(line: string, item: string): readonly string[] {
  const match = new RegExp(`^(.*?)\\b(?:all )?(?:the following|these|the) (${MANY})\\b(.*)$`, 'i').exec(line);
  if (match === null) return [];
  const [, before = '', many = '', after = ''] = match;
  const one = KINDS.has(many.toLowerCase()) ? `the ${singular(many.toLowerCase())} ` : '';
  const singularAfter = after.replace(/\b(?:are|were|have|exist|do)\b/i, (verb) => ({ are: 'is', were: 'was', have: 'has', exist: 'exists', do: 'does' })[verb.toLowerCase()] ?? verb);
  return unique([`${before}${one}${item}${singularAfter}`, `${before}${item}${singularAfter}`]);
}

/** "Created", "Created files", "Files created", "Running containers", "Containers" */
function deedOrState(line: string, item: string): readonly string[] {
  const said = line.toLowerCase().replace(/^(?:i|we)(?: have|'ve)? (?:also )?|^(?:new|newly|all|the) /, '').replace(/ (?:so far|by me|now|status|list|overview|summary)$/, '');
  const free = new RegExp(`^(${DEED})\\b`).exec(said);
  const deed = new RegExp(`^(?:(?:new|newly) )?(?:(${MANY}) )?(${DEED})(?: (${MANY}))?$`).exec(said);
  if (deed !== null) {
    const many = deed[1] ?? deed[3];
    const verb = deed[2] ?? '';
    return unique([...(many !== undefined && KINDS.has(many) ? [`${verb} the ${singular(many)} ${item}`] : []), `${verb} ${item}`]);
  }
  const state = new RegExp(`^(?:(${MANY}) )?(?:are )?(?:now )?(${STATE})(?: (${MANY}))?$`).exec(said);
  if (state !== null) {
    const many = state[1] ?? state[3];
    return unique([...(many !== undefined && KINDS.has(many) ? [`the ${singular(many)} ${item} is ${state[2] ?? ''}`] : []), `${item} is ${state[2] ?? ''}`]);
  }
  if (free !== null) return [`${free[1] ?? ''} the ${item}`, `${free[1] ?? ''} ${item}`];
  return KINDS.has(said) ? [`the ${singular(said)} ${item}`] : [];
}

const singular = (many: string): string => (many === 'processes' ? 'process' : many === 'directories' ? 'directory' : many.replace(/s$/, ''));
const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts.map((text) => text.replace(/ +/g, ' ').trim()))];
