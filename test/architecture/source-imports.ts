/** Which file names which: read from the text of all files that git knows or would know. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export const ROOT = join(__dirname, '..', '..');

export interface Import {
  readonly file: string;
  /** As written. */
  readonly from: string;
  readonly isTypeOnly: boolean;
}

export function sourceFiles(): readonly string[] {
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', '*.ts'], { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    // A file that was just moved or removed is in the index until the next commit.
    .filter((file) => file !== '' && existsSync(join(ROOT, file)));
}

export function importsOf(file: string): readonly Import[] {
  return importsIn(file, readFileSync(join(ROOT, file), 'utf8'));
}

export function importsIn(file: string, text: string): readonly Import[] {
  const found: Import[] = [];
  for (const [, clause = '', from = ''] of text.matchAll(/^(?:import|export) ([\s\S]*?) ?from '([^']+)';/gm)) {
    const names = /^\{([\s\S]*)\}$/.exec(clause.trim())?.[1];
    const isTypeOnly = clause.startsWith('type ') || (names !== undefined && names.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type ')));
    found.push({ file, from, isTypeOnly });
  }
  for (const [, from = ''] of text.matchAll(/^import '([^']+)';/gm)) found.push({ file, from, isTypeOnly: false });
  for (const [, from = ''] of text.matchAll(/(?:require|import)\('([^']+)'\)/g)) found.push({ file, from, isTypeOnly: false });
  return found;
}

/** The path from the root that a relative import names, without its ending; null for a package. */
export function targetOf({ file, from }: Pick<Import, 'file' | 'from'>): string | null {
  if (!from.startsWith('.')) return null;
  return relative(ROOT, join(ROOT, dirname(file), from)).replace(/\.js$/, '');
}

/** Groups of files each of which reaches all others of its group (Tarjan). Files that no circle goes through are in none. */
export function circles(imports: readonly Pick<Import, 'file' | 'from'>[], files: readonly string[]): readonly (readonly string[])[] {
  const known = new Set(files);
  const next = new Map<string, string[]>(files.map((file) => [file, []]));
  for (const one of imports) {
    const target = targetOf(one);
    const to = target === null ? undefined : [`${target}.ts`, `${target}/index.ts`].find((path) => known.has(path));
    if (to !== undefined) next.get(one.file)?.push(to);
  }
  const found: string[][] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const visit = (file: string): void => {
    index.set(file, index.size);
    low.set(file, index.get(file) ?? 0);
    open.push(file);
    for (const to of next.get(file) ?? []) {
      if (!index.has(to)) visit(to);
      if (open.includes(to)) low.set(file, Math.min(low.get(file) ?? 0, low.get(to) ?? 0));
    }
    if (low.get(file) !== index.get(file)) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1 || (next.get(file) ?? []).includes(file)) found.push(circle.sort());
  };
  for (const file of files) if (!index.has(file)) visit(file);
  return found;
}
