/**
 * What a heading or a lead-in says of the lines below it. Below "Not done", "Known issues" or "Next steps" nothing is asserted, whatever
 * the lines themselves say.
 */
const OPEN =
  /\b(?:not (?:yet )?(?:\w+ )?(?:done|implemented|started|completed?|finished|verified|working|work|included|covered|deployed|run|tested|made|changed|touched|fixed|addressed|able|possible|achieved|met)|not yet|undone|to[- ]?dos?|to be done|remain(?:s|ing|der)?|outstanding|pending|open (?:items?|issues?|questions?|points?|tasks?)|issues?|limitations?|problems?|blockers?|blocked|failed|fails|failures?|failing|next(?: steps?)?|future|follow[- ]?ups|follow[- ]?up (?:work|items|tasks|actions)|still|missing|skipped|left|deferred|postponed|backlog|plan(?:s|ned)?|recommend(?:ed|ations?)?|suggest(?:ed|ions?)?|suggest|risks?|caveats?|questions?|unresolved|unfinished|incomplete|in progress|wip|out of scope|expected|should|would|could|must|needs?|required|requirements?|goals?|objectives?|aims?|criteria|previous(?:ly)?|original(?:ly)?|root causes?|example|rollback|roll back|how to|usage|instructions|what went wrong|went wrong|errors?|can(?:no|')t|cannot|couldn't|could not|did ?n[o']t|didn't|won't|will|unable|haven't|hasn't|isn't|wasn't|weren't|aren't|never|without|unverified|unconfirmed|hypothe\w+|assum\w+|if|unless|when|once|until|upcoming|proposed|proposal|proposals|options?|alternatives?|todo|tbd|ideas?|considered|attempted|attempts?|tried|broken|wrong|missed|unsupported|ignored|excluded|rejected|declined|cancelled|canceled|aborted|reverted|undo|dropped ideas|later|tomorrow|soon|on hold|waiting|awaiting|scheduled|queued|none of|no longer true|lacks?|deviations?|concerns?|warnings?|prompt|user said|you said|was asked|quote|quoted|unclear|maybe|perhaps|presumably|apparently|supposedly|seemingly|allegedly|doubtful|probably|possibly|hopefully|likely|unsure|think|guess|believe|fail|failed at|gave up|lies?|false|untrue|incorrect)\b/i;

/** Words that make good what OPEN would take for a lack: "Fixed issues", "Completed tasks", "No issues". */
const SETTLED = /^(?:what i (?:did|have done)|(?:all )?(?:completed|done|finished|fixed|resolved|solved|addressed|closed)\b(?! (?:with|but|except)))/i;

export type Polarity = 'said' | 'open';

/** "To verify:", "To do": still to be done. "To sum up" introduces what was. */
const TO_DO = /^to (?!sum up|summari[sz]e|recap|conclude|wrap up|be (?:clear|precise|specific)|cut a|make a long)\w+/i;

export function polarityOf(heading: string): Polarity {
  const words = heading.replaceAll('’', "'").trim();
  if (TO_DO.test(words) && words.split(' ').length <= 4) return 'open';
  if (SETTLED.test(words) && !/\b(?:not|n't|never|no|un\w+ed)\b/i.test(words)) return 'said';
  return OPEN.test(words) ? 'open' : 'said';
}
