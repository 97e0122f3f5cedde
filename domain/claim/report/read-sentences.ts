/** A whole text into the sentences it asserts: each with its parts, or with the reason why there are none. Linear in the length. */
import { isAside } from '../grammar/asides';
import { withoutDressing } from '../grammar/dressing';
import { REASONS } from '../grammar/markers';
import { isAfterthought } from '../grammar/scope';
import { readSentence } from '../grammar/read-sentence';
import { splitSentences } from '../grammar/sentences';
import { claimTokens } from '../grammar/tokens';
import { shown } from '../grammar/whole-text';
import { withLead } from './lead';
import { polarityOf } from '../grammar/polarity';
import { toStatements } from './statements';
import { weakenedParts } from './weaken';
import type { ClaimWorld } from '../claim';
import type { Cursor } from '../grammar/cursor';
import type { Token } from '../grammar/tokens';
import type { SaidSentence } from './said-sentence';
import type { Statement } from './statement';


const MOST_TITLE_WORDS = 8;

export function readSentences(text: string, world: ClaimWorld): readonly SaidSentence[] {
  const reader = new SentenceReader(world);
  for (const statement of toStatements(text)) reader.read(statement);
  return reader.sentences;
}

class SentenceReader {
  readonly sentences: SaidSentence[] = [];
  private last: Cursor['last'] = [];
  /** "I failed at the following.": what comes behind it is not asserted. */
  private isOpenEnded = false;

  constructor(private readonly world: ClaimWorld) {}

  read(statement: Statement): void {
    if (statement.isTitle === true) {
      this.isOpenEnded = false;
      this.readTitle(statement);
    } else if (statement.polarity === 'open') this.push(openly(statement.text));
    else if (statement.lead !== undefined) this.readItem(statement.text, statement.lead);
    else for (const sentence of this.readPlain(statement.text)) this.push(sentence);
  }

  private push(sentence: SaidSentence): void {
    this.sentences.push(sentence);
  }

  private readTitle({ text, polarity }: Statement): void {
    const read = polarity === 'open' ? [] : this.readPlain(text.replace(/:$/, ''));
    const isRead = read.length > 0 && read.every(({ unparsed }) => unparsed.length === 0) && read.some(({ parts }) => parts.length > 0);
    if (isRead) for (const sentence of read) this.push(sentence);
    else if (polarity === 'open' || text.endsWith(':') || (text.split(' ').length <= MOST_TITLE_WORDS && !/^(?:i|we|it|they|there)\b/i.test(text))) this.push(aside(text));
    else for (const sentence of read) this.push(sentence);
  }

  /** Alone if it says something by itself; else as what the line above begins. */
  private readItem(item: string, lead: string): void {
    const before = this.last;
    const readings = [item, ...withLead(lead, item)].map((text) => {
      this.last = before;
      const sentences = this.readPlain(text);
      return { sentences, last: this.last, parts: count(sentences, 'parts'), left: count(sentences, 'unparsed') };
    });
    const best = readings.find(({ parts, left }) => parts > 0 && left === 0) ?? readings.find(({ parts }) => parts > 0) ?? readings[0];
    if (best === undefined) return;
    this.last = best.last;
    for (const sentence of best.sentences) this.push(sentence);
  }

  private readPlain(text: string): readonly SaidSentence[] {
    const read: SaidSentence[] = [];
    for (const tokens of splitSentences(claimTokens(text))) {
      const said = this.readOne(text, tokens);
      const before = read.at(-1);
      if (before !== undefined && isAfterthought(tokens)) read[read.length - 1] = weakenedParts(before, () => true, 'HEDGED');
      read.push(said);
    }
    return read;
  }

  private readOne(text: string, tokens: readonly Token[]): SaidSentence {
    const words = textOf(text, tokens);
    if (isAside(tokens)) return aside(words);
    if (this.isOpenEnded) return openly(words);
    if (/\b(?:the following|as follows|below)\b/i.test(words) && polarityOf(words) === 'open') this.isOpenEnded = true;
    const plain = withoutDressing(tokens);
    if (isAside(plain)) return aside(words);
    const { parts, unparsed, last } = readSentence(text, plain, this.world, this.last);
    this.last = last;
    return { text: shown(words), parts, unparsed, isAside: false };
  }
}

const count = (sentences: readonly SaidSentence[], what: 'parts' | 'unparsed'): number => sentences.reduce((sum, sentence) => sum + sentence[what].length, 0);

const aside = (text: string): SaidSentence => ({ text: shown(text), parts: [], unparsed: [], isAside: true });

function openly(text: string): SaidSentence {
  return { text: shown(text), parts: [], unparsed: [{ text: shown(text), code: 'NOT_ASSERTED', reason: REASONS.NOT_ASSERTED ?? '' }], isAside: false };
}


function textOf(text: string, tokens: readonly Token[]): string {
  const [first, last] = [tokens[0], tokens.at(-1)];
  return first === undefined || last === undefined ? '' : text.slice(first.start, last.end);
}
