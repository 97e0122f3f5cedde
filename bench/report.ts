/** The table for people, as Markdown, and JSON for machines. What is measured row by row at different times is kept row by row. */
import { cpus, loadavg, totalmem } from 'node:os';
import type { Figure } from './measure';
import type { Frame } from './profile';
import { isMet, type Row } from './row';

export type Verdict = 'stretch' | 'target' | 'MISS' | 'FAILED';

export interface Reported {
  readonly id: string;
  readonly subject: string;
  readonly floor: string;
  readonly better: Row['better'];
  readonly target: number;
  readonly stretch: number;
  readonly verdict: Verdict;
  /** Why it could not be measured. */
  readonly failure: string | null;
  readonly size: string;
  readonly at: string;
  /** How many programs wanted a processor, on the average of the last minute. */
  readonly load: number;
  readonly seconds: number;
  readonly figure: Omit<Figure, 'again'> | null;
  /** Of a row that misses its target: where this process spends its time. */
  readonly profile: readonly Frame[] | null;
}

export const verdictOf = (row: Row, figure: Pick<Figure, 'ratio'> | null): Verdict =>
  figure === null ? 'FAILED' : isMet(row, figure.ratio, row.stretch) ? 'stretch' : isMet(row, figure.ratio, row.target) ? 'target' : 'MISS';

export interface Outcome {
  readonly figure: Figure | null;
  readonly failure: string | null;
  readonly size: string;
  readonly seconds: number;
  readonly profile: readonly Frame[] | null;
}

export function reported(row: Row, { figure, ...rest }: Outcome): Reported {
  const { id, subject, floor, better, target, stretch } = row;
  const { again: _again, ...plain } = figure ?? { again: undefined };
  return {
    id, subject, floor, better, target, stretch, ...rest, verdict: verdictOf(row, figure),
    at: new Date().toISOString(), load: loadavg()[0] ?? 0, figure: figure === null ? null : (plain as Omit<Figure, 'again'>),
  };
}

export function machineFacts(): Readonly<Record<string, string>> {
  const [first] = cpus();
  return {
    CPU: `${String(cpus().length)} × ${first?.model.trim() ?? 'unknown'}`,
    memory: `${(totalmem() / 1024 ** 3).toFixed(0)} GiB`,
    system: `${process.platform} ${process.arch}, Node ${process.version}`,
  };
}

const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));
const HEAD = ['#', 'subject', 'floor', 'ratio', 'spread', 'target', 'stretch', 'verdict', 'subject at', 'floor at', 'CPU µs subject / floor', 'load', 'size'];

export function table(rows: readonly Reported[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(HEAD), line(HEAD.map(() => '---')), ...rows.map((row) => line(cellsOf(row)))].join('\n');
}

function cellsOf({ id, subject, floor, better, target, stretch, verdict, failure, figure, load, size }: Reported): readonly string[] {
  const limits = [target, stretch].map((limit) => `${better === 'less' ? '≤' : '≥'} ${String(limit)}`);
  if (figure === null) return [id, subject, floor, '–', '–', ...limits, `FAILED: ${(failure ?? '').replaceAll('|', '\\|').replaceAll('\n', ' ')}`, '', '', '', load.toFixed(1), size];
  const { ratio, spread, unit, cpu } = figure;
  return [
    id, subject, floor, `**${ratio.toFixed(2)}**`, spread.map((value) => value.toFixed(2)).join(' to '), ...limits, verdict,
    `${digits(figure.subject)} ${unit}`, `${digits(figure.floor)} ${unit}`, cpu === null ? '' : `${cpu.subject.toFixed(0)} / ${cpu.floor.toFixed(0)}`, load.toFixed(1), size,
  ];
}

export function missed(rows: readonly Reported[]): string {
  return rows.flatMap(({ id, profile }) => (profile === null ? [] : [
    `${id} misses its target. CPU time of the process that does its work, by the function that spends it:\n\n${profile.map(({ share, name, place }) => `- ${(share * 100).toFixed(1)} % \`${name}\` (${place})`).join('\n')}`,
  ])).join('\n\n');
}

export function summary(rows: readonly Reported[]): string {
  const count = (verdict: Verdict): number => rows.filter((row) => row.verdict === verdict).length;
  return `${String(count('stretch') + count('target'))} of ${String(rows.length)} within target, ${String(count('stretch'))} of them within stretch, ${String(count('MISS'))} missed, ${String(count('FAILED'))} could not be measured.`;
}
