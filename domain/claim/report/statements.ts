/** A report as the statements it makes: one for each paragraph, item or row, with what the headings and lead-ins above say of it. */
import { readMarkupLine } from './markup';
import { polarityOf } from '../grammar/polarity';
import { tableStatements } from './table-rows';
import type { MarkupLine } from './markup';
import type { Polarity } from '../grammar/polarity';
import type { Statement } from './statement';

interface Lead {
  readonly text: string;
  readonly depth: number;
  readonly polarity: Polarity;
  /** Whether it is a lead that only items go on from. */
  readonly isTitle: boolean;
}

/** In one pass over the lines. */
export function toStatements(text: string): readonly Statement[] {
  return new StatementReader().read(withTitles(joinedLines(text.split('\n').map(readMarkupLine))));
}

class StatementReader {
  private readonly statements: Statement[] = [];
  private headings: { readonly depth: number; readonly polarity: Polarity }[] = [];
  private leads: Lead[] = [];
  private rows: MarkupLine[] = [];
  private afterItem = false;

  read(lines: readonly MarkupLine[]): readonly Statement[] {
    let isFenced = false;
    for (const line of lines) {
      if (line.kind !== 'row') this.closeTable();
      if (line.kind === 'fence') {
        // What stands in a code block is shown, not said.
        if (!isFenced) this.statements.push({ text: 'a block of code', polarity: 'open' });
        isFenced = !isFenced;
      } else if (!isFenced) this.take(line);
    }
    this.closeTable();
    return this.statements;
  }

  private take(line: MarkupLine): void {
    if (line.kind === 'blank') return;
    if (line.kind === 'row') {
      this.rows.push(line);
      return;
    }
    if (line.kind === 'quote') {
      this.statements.push({ text: line.text, polarity: 'open' });
      return;
    }
    if (line.kind === 'heading') {
      this.leads = [];
      this.headings = this.headings.filter(({ depth }) => depth < line.depth);
      this.headings.push({ depth: line.depth, polarity: line.isUndone ? 'open' : polarityOf(line.text) });
      this.statements.push({ text: line.text, polarity: this.polarityAt(), isTitle: true });
      return;
    }
    if (line.kind === 'text' && this.afterItem && !line.isBold) this.leads = [];
    if (line.kind === 'item') this.leads = this.leads.filter((lead) => lead.depth < line.depth || lead.isTitle);
    if (isLead(line)) {
      const depth = line.kind === 'item' ? line.depth : -1;
      if (line.kind !== 'item') this.leads = [];
      this.leads.push({ text: line.text, depth, polarity: line.isUndone ? 'open' : polarityOf(line.text), isTitle: line.kind !== 'item' });
      this.statements.push({ text: line.text, polarity: this.polarityAt(), isTitle: true });
      this.afterItem = false;
      return;
    }
    const lead = line.kind === 'item' ? this.leads.at(-1) : undefined;
    const own: Polarity = line.isUndone ? 'open' : 'said';
    this.statements.push({ text: line.text, polarity: own === 'open' ? 'open' : this.polarityAt(), ...(lead === undefined ? {} : { lead: lead.text }) });
    this.afterItem = line.kind === 'item';
  }

  private polarityAt(): Polarity {
    return [...this.headings, ...this.leads].some(({ polarity }) => polarity === 'open') ? 'open' : 'said';
  }

  private closeTable(): void {
    if (this.rows.length === 0) return;
    const polarity = this.polarityAt();
    for (const statement of tableStatements(this.rows)) this.statements.push(polarity === 'open' ? { ...statement, polarity } : statement);
    this.rows = [];
  }
}

/** "Created files:", "**Changes**": what follows goes on from it. */
function isLead({ kind, text, isBold }: MarkupLine): boolean {
  return /:$/.test(text) || (isBold && kind === 'text' && !/[.!?]$/.test(text) && text.split(' ').length <= 8);
}

/** "TODO" on a line of its own above a list is its title, with or without a colon. */
function withTitles(lines: readonly MarkupLine[]): readonly MarkupLine[] {
  return lines.map((line, at) => {
    if (line.kind !== 'text' || !/^[A-Za-z][A-Za-z' -]{1,40}$/.test(line.text) || line.text.split(' ').length > 4) return line;
    if (polarityOf(line.text) !== 'open') return line;
    const next = lines.slice(at + 1, at + 3).find(({ kind }) => kind !== 'blank');
    return next?.kind === 'item' ? { ...line, text: `${line.text}:` } : line;
  });
}

/** A paragraph that was broken into lines is one again. */
function joinedLines(lines: readonly MarkupLine[]): readonly MarkupLine[] {
  const joined: MarkupLine[] = [];
  for (const line of lines) {
    const before = joined.at(-1);
    const goesOn = before !== undefined && (before.kind === 'text' || before.kind === 'item') && line.kind === 'text' && !line.isBold && !before.isBold && /^[a-z(]/.test(line.text) && !/[.!?:;]$/.test(before.text);
    // A paragraph has an end: without one, joining for ever would cost the square of the length.
    if (goesOn && before.text.length < 2_000) joined[joined.length - 1] = { ...before, text: `${before.text} ${line.text}`, isUndone: before.isUndone || line.isUndone };
    else joined.push(line);
  }
  return joined;
}
