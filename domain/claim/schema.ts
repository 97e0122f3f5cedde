/** The JSON schema of what a model may answer (Ollama's `format`). It only guides the model: readTypedClaims checks the answer by itself. */
import { SUBJECT_KINDS, predicatesOf } from './predicates';
import { COMPARISONS, MAX_PROPOSED } from './read-typed-claims';
import type { SubjectKind } from './predicates';

const TEXT = { type: 'string' } as const;
const MEMBERS: Readonly<Record<SubjectKind, Readonly<Record<string, unknown>>>> = {
  file: { path: TEXT },
  directory: { path: TEXT },
  process: { name: TEXT },
  port: { port: { type: 'integer', minimum: 1, maximum: 65_535 } },
  http: { url: TEXT },
  container: { name: TEXT },
  image: { name: TEXT },
  network: { name: TEXT },
  volume: { name: TEXT },
  service: { name: TEXT },
  package: { name: TEXT },
  commit: { repository: TEXT, revision: TEXT },
  rows: { database: TEXT, table: TEXT },
  execution: { command: TEXT },
};

const object = (
  properties: Readonly<Record<string, unknown>>,
  optional: readonly string[] = [],
): Readonly<Record<string, unknown>> => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});

const EXPECTED = object({ comparison: { enum: COMPARISONS }, value: { type: ['string', 'number', 'boolean'] } });

/** One branch for each kind of subject, with the predicates that it takes. */
const claimOf = (kind: SubjectKind): Readonly<Record<string, unknown>> =>
  object(
    {
      subject: object({ kind: { const: kind }, ...MEMBERS[kind] }),
      predicate: { enum: predicatesOf(kind) },
      expected: EXPECTED,
      text: TEXT,
    },
    ['expected'],
  );

export const CLAIM_SCHEMA: Readonly<Record<string, unknown>> = object({
  claims: { type: 'array', maxItems: MAX_PROPOSED, items: { anyOf: SUBJECT_KINDS.map(claimOf) } },
});
