/** A way of saying something: its template, and what is said of which things. */
import { toTemplate } from './template';
import type { ClaimSubject, Expected, Predicate } from '../../claim';
import type { Noun } from '../noun';
import type { Said } from '../said';
import type { Span } from '../time';
import type { Template } from './template';

export interface FormSaid {
  readonly nouns: readonly Noun[];
  readonly says: readonly Said[];
  readonly deed?: true;
  readonly time?: Span;
  /** Only a part of what the words say can be looked at. */
  readonly refutes?: true;
}

export class Taken {
  constructor(private readonly found: ReadonlyMap<string, unknown>) {}

  nouns(name: string): readonly Noun[] {
    return (this.found.get(name) as readonly Noun[] | undefined) ?? [];
  }
  text(name: string): string | undefined {
    return this.found.get(name) as string | undefined;
  }
  expected(name: string): Expected | undefined {
    return this.found.get(name) as Expected | undefined;
  }
  subject(name: string): ClaimSubject | undefined {
    return this.found.get(name) as ClaimSubject | undefined;
  }
  time(): Span | undefined {
    return this.found.get('time') as Span | undefined;
  }
  has(name: string): boolean {
    return this.found.has(name);
  }
}

export interface Form {
  readonly template: Template;
  /** Null where the words do not hold together after all. */
  readonly build: (taken: Taken) => readonly FormSaid[] | null;
}

/** Several templates that say the same. */
export function forms(templates: readonly string[], build: Form['build']): readonly Form[] {
  return templates.map((text) => ({ template: toTemplate(text), build }));
}

export const said = (predicate: Predicate, value?: Expected['value'], more: Partial<Expected> = {}): Said =>
  value === undefined ? { predicate } : { predicate, expected: { comparison: 'eq', value, text: String(value), ...more } };

export const asNoun = (subject: ClaimSubject): Noun => ({ subject, extras: [], kind: { kind: subject.kind } });
export const of = (nouns: readonly Noun[], ...says: readonly Said[]): readonly FormSaid[] => [{ nouns, says }];
export const deed = (nouns: readonly Noun[], ...says: readonly Said[]): readonly FormSaid[] => [{ nouns, says, deed: true }];
