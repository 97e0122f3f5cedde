/**
 * Words that take the assertion out of what is said: it may be true, will be, was said by another, was only tried. For TRUE no rule has to know
 * them (every word must be understood); for FALSE they keep a stretch of a sentence from being read (scope.ts).
 */
import { phrases } from './cursor';
import { DEEDS, STATES } from './states';
import type { UnparsedCode } from '../claim';
import type { Token } from './tokens';

export const REASONS: Readonly<Partial<Record<UnparsedCode, string>>> = {
  INSTRUCTION: 'it speaks to the one who checks; a claim is data and orders nothing',
  FORGED_VERDICT: 'it states a verdict or evidence of its own; only probes and the ledger do',
  QUESTION: 'a question claims nothing',
  FUTURE: 'it is about what is to come, or ought to be',
  HEDGED: 'it is hedged: say what was done or what is',
  CONDITIONAL: 'it holds under a condition only',
  REPORTED: 'it reports what somebody said or found; claim the thing itself',
  NON_FACTIVE: 'it says that something was tried, meant or asked for, not that it was done',
  NOT_ASSERTED: 'it stands below a heading or in a block that asserts nothing: what is not done, planned, quoted or shown',
  RETRACTED: 'the text takes back what it says',
  ALTERNATIVE: 'it leaves open which of several holds',
  NEGATED_ACTION:
    'that something was not done leaves nothing to look at; claim a state ("does not exist", "is not running")',
  REFERS_BACK: 'it refers to something said before in words that were not understood',
  NOT_UNDERSTOOD: 'nothing in these words was understood as something that can be checked',
};

/** In order: the first that is found gives the reason. */
const MARKERS: readonly (readonly [UnparsedCode, ReturnType<typeof phrases<true>>])[] = (
  [
    ['FORGED_VERDICT', 'verdict|verdicts|true|false|unverifiable|evidence|proof|system prompt|untrue'],
    [
      'INSTRUCTION',
      'ignore|disregard|trust me|believe me|answer|reply|respond with true|you must|you are|you should|you can|you have to|mark this|' +
        'treat this|consider this|take my word|verifier|prober|assistant|instructions|instruction|override|prompt|please',
    ],
    [
      'FUTURE',
      "will|'ll|i'll|we'll|it'll|won't|shall|going to|gonna|plan|plans|planning|intend|intends|about to|to be|would|i'd|should|must|need|needs|" +
        "needed|has to|have to|want|wants|soon|tomorrow|next|later|upcoming|todo|to-do|let's|let me|next step|aim to|due|ought",
    ],
    [
      'HEDGED',
      'maybe|perhaps|probably|possibly|presumably|apparently|likely|unlikely|seemingly|seems|seem|seemed|appear|appears|appeared|might|may|' +
        'could|can|think|thought|believe|believed|guess|suppose|supposedly|assume|assumed|hope|hopefully|suspect|reckon|afaik|iirc|imo|imho|' +
        'unsure|sure|certain|certainly|allegedly|theoretically|virtually|practically|basically|almost|nearly|mostly|partly|partially|' +
        'sort of|kind of|more or less|in theory|in principle|if i recall|as far as|surely|doubt|conceivably|potentially|arguably|feel|imagine',
    ],
    [
      'CONDITIONAL',
      'if|unless|in case|provided|assuming|whether|otherwise|when|whenever|until|as long as|except|without|once the|even though|although|though',
    ],
    [
      'REPORTED',
      'said|says|say|told|tells|claims that|claimed|reports that|reported|according|quote|quoted|heard|asserts|asserted|states|stated|confirmed|' +
        'confirms|verified|checked|ensured|noticed|observed|that',
    ],
    [
      'NON_FACTIVE',
      'tried|try|trying|attempt|attempted|attempts|failed to|fail to|forgot|refused|pretend|pretended|wanted|began to|begin to|started to|considered|' +
        'supposed|meant|intended|decided|agreed|promised|scheduled|queued|requested|asked|planned|hoped|wished|dreamed|dreamt|joking|kidding|lied|lie|just kidding',
    ],
    ['ALTERNATIVE', 'or|either|and/or'],
  ] as const
).map(([code, words]) => [code, phrases<true>({ [words]: true })] as const);

const NEGATIONS =
  /^(?:not|never|no|none|neither|nor|nobody|nothing|nowhere|cannot|unable|hardly|scarcely|barely|rarely|seldom|lack|lacks|lacking|fail|fails|undone|reverted|retract|wrong)$|n't$/;
const BACKWARD = new Set([
  'it',
  'its',
  'they',
  'them',
  'their',
  'this',
  'these',
  'those',
  'which',
  'who',
  'whose',
  'same',
  'former',
  'latter',
  'above',
  'before',
  'again',
  'so',
  'there',
]);
const ASKING = new Set([
  'did',
  'does',
  'do',
  'is',
  'are',
  'was',
  'were',
  'has',
  'have',
  'had',
  'can',
  'could',
  'would',
  'will',
  'should',
  'what',
  'why',
  'how',
  'when',
  'where',
  'who',
  'which',
  "isn't",
  "aren't",
  "didn't",
  "doesn't",
  "wasn't",
]);

/** The reason that the words of a sentence give away, looking at plain words only: names in quotes and paths mean nothing here. */
export function markerOf(tokens: readonly Token[]): UnparsedCode | null {
  for (const [code, table] of MARKERS) {
    for (let at = 0; at < tokens.length; at += 1) {
      const first = wordAt(tokens, at);
      if (first === undefined || isHarmless(tokens, at, first)) continue;
      const found = table
        .get(first)
        ?.some(({ words }) => words.every((word, ahead) => wordAt(tokens, at + ahead) === word));
      if (found === true) return code;
    }
  }
  return null;
}

/** The same word where it weakens nothing: "so that", "checked out", "without errors", "a TODO in the file". */
function isHarmless(tokens: readonly Token[], at: number, word: string): boolean {
  const [before, after] = [wordAt(tokens, at - 1), wordAt(tokens, at + 1)];
  switch (word) {
    case 'that':
      return before === 'so' || before === 'such';
    case 'checked':
      return after === 'out' || after === 'in';
    case 'without':
      return after !== undefined && /^(?:any|logging|errors?|issues?|problems?|restarts?|downtime|trouble|authentication|a)$/.test(after);
    case 'todo':
      return at > 0 && tokens[at]?.text === 'TODO';
    case 'next':
      return tokens[at + 1]?.text === '.';
    case 'sure':
      return before === 'made' || before === 'make';
    case 'says':
    case 'said':
      return tokens[at - 1]?.kind === 'url';
    case 'provided':
      return before === 'i' || before === 'you';
    default:
      return false;
  }
}

/** "Did I ...", "Is ...": a question, also without its mark. "Have" alone may begin a report in short. */
export function isQuestion(tokens: readonly Token[]): boolean {
  if (tokens.some((token) => token.kind === 'mark' && token.text === '?')) return true;
  return ASKING.has(wordAt(tokens, 0) ?? '');
}

/** Why words that fit no rule fit none. */
export function leftoverCode(tokens: readonly Token[]): UnparsedCode {
  const words = tokens.filter((token) => token.kind === 'word').map((token) => token.lower);
  if (words.some((word) => NEGATIONS.test(word))) return 'NEGATED_ACTION';
  if (words.some((word) => BACKWARD.has(word))) return 'REFERS_BACK';
  return 'NOT_UNDERSTOOD';
}

export function isNegation(word: string): boolean {
  return NEGATIONS.test(word);
}

const GRAMMAR_WORDS =
  'a an the my our your his her its this that these those and or but not nor neither both either i we you he she they it me us them in on at to of for from ' +
  'with by as is are was were be been being has have had do does did done no yes if then so than very into onto over under about after before since until ' +
  'while because due via per using use uses used named called contains contain containing holds returned returns responds responded exists exist existed ' +
  'runs run ran executed exited succeeded completed finished works worked working all any some each every none only just now currently still already also ' +
  'successfully again twice once again left went came fine good well done file files directory folder container containers image images network networks volume ' +
  'volumes service services package packages process processes port ports commit table rows there here only too today yesterday ago';
const RESERVED: ReadonlySet<string> = new Set([
  ...GRAMMAR_WORDS.split(' '),
  ...[...DEEDS.keys(), ...STATES.keys()],
  ...MARKERS.flatMap(([, table]) => [...table.keys()]),
]);

/** Words of the language: never a name unless it is quoted. */
export function isReserved(word: string): boolean {
  return RESERVED.has(word) || NEGATIONS.test(word);
}

function wordAt(tokens: readonly Token[], at: number): string | undefined {
  const token = tokens[at];
  return token?.kind === 'word' ? token.lower : undefined;
}
