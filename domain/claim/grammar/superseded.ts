/** "I created /x and then deleted it": what came later hides what came before, so the earlier part cannot be seen any more. */
import { isAction } from '../predicates';
import type { ParsedClaim, Predicate, TypedClaim, Unparsed } from '../claim';

/** How a thing is left by each deed; two parts in different groups about one thing do not both show at the end. */
const LEFT: Partial<Record<Predicate, 'there' | 'gone' | 'runs' | 'stands' | 'pauses'>> = {
  created: 'there',
  modified: 'there',
  exists: 'there',
  deleted: 'gone',
  absent: 'gone',
  started: 'runs',
  restarted: 'runs',
  running: 'runs',
  stopped: 'stands',
  paused: 'pauses',
};

/** The parts that can still be seen; the others are unparsed, so that the claim is not TRUE for what it left. */
export function withoutSuperseded({ parts, unparsed }: ParsedClaim): ParsedClaim {
  const latest = new Map<string, TypedClaim>();
  for (const part of parts)
    if (LEFT[part.predicate] !== undefined && part.expected === undefined) latest.set(keyOf(part), part);
  const kept: TypedClaim[] = [];
  const hidden: Unparsed[] = [];
  for (const part of parts) {
    const end = latest.get(keyOf(part));
    const isHidden =
      end !== undefined && end !== part && isDeed(part) && isDeed(end) && LEFT[part.predicate] !== LEFT[end.predicate];
    if (!isHidden) kept.push(part);
    else
      hidden.push({
        text: part.text,
        code: 'SUPERSEDED',
        reason: `that it was ${part.predicate} cannot be seen any more: it was ${end.predicate} later`,
      });
  }
  return { parts: kept, unparsed: [...unparsed, ...hidden] };
}

function isDeed(part: TypedClaim): boolean {
  return (
    isAction(part.predicate) ||
    ((part.predicate === 'stopped' || part.predicate === 'paused') && part.expected === undefined)
  );
}

function keyOf({ subject }: TypedClaim): string {
  if ('path' in subject) return `path ${subject.path}`;
  return JSON.stringify(subject);
}
