/** Rows of some agents alone. The database does it, before a list is cut to its limit: nobody's rows crowd out another's. */
export interface Owners {
  readonly ids: readonly string[];
  /** Beginnings of names. */
  readonly prefixes: readonly string[];
}

/** For a `where`. @param first number of the first of the two parameters of {@link ownerValues} */
export const isOwned = (first: number, workerId = 'worker_id'): string => {
  const [ids, prefixes] = [`$${String(first)}::text[]`, `$${String(first + 1)}::text[]`];
  return `(${ids} is null or ${workerId} = any(${ids}) or exists (select from unnest(${prefixes}) as prefix where starts_with(${workerId}, prefix)))`;
};

/** @param owners null: everybody's rows */
export const ownerValues = (owners: Owners | null): readonly [readonly string[] | null, readonly string[] | null] => (owners === null ? [null, null] : [owners.ids, owners.prefixes]);
