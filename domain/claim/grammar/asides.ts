/**
 * Sentences that claim nothing at all: thanks, offers, questions to the reader, "Done.". They are neither read nor missing. What says
 * anything that could be false ("All tests passed", "The customer is satisfied") is none of them.
 */
import { namesSomething } from './scope';
import type { Token } from './tokens';

const SIGN = '(?: (?:so far|now|yet|here|today|at this point|further|else|please|thanks|thank you|again|anymore|any more|though|then))*';
const ASIDES: readonly RegExp[] = [
  /^(?:done|all done|all set|finished|completed|complete|success|ok|okay|great|perfect|thanks|thank you|cheers|hi|hello|hey|yes|sure|understood|got it|sounds good|no problem|of course|certainly|absolutely|voila|voilà|ready|excellent|awesome|good|nice|hooray|yay|regards|best|best regards|kind regards|you're welcome|you are welcome|my pleasure|there you go|here you go|that's it|that is it|that's all|that is all|that's everything|that would be all|end of report|end|update|summary|status|status update|report|final report|good morning|good afternoon|good evening|tl;dr|fyi)(?: (?:everyone|team|all|so much|a lot|very much|again|there|folks|boss|for now|for today|from my side|from me|on my side))?$/,
  /^(?:i )?(?:really )?hope (?:that )?(?:this|it|that) (?:helps|is helpful|was helpful|is useful|works for you|is what you (?:wanted|needed|were looking for)|clarifies things|answers your question)(?: you| a bit| out)?$/,
  /^(?:please )?(?:just )?(?:let me know|tell me|ping me|reach out|feel free to (?:reach out|ask|ping me|contact me|let me know|tell me)|do not hesitate to (?:ask|reach out|contact me)|don't hesitate to (?:ask|reach out|contact me)|shout|give me a shout|holler)\b(?: to me)? ?(?:(?:if|when|whether|should|how|what|in case|with|about)\b.{0,120})?$/,
  /^(?:should|shall|can|may|could|do you want|would you like|want|do you need|would it help if|is it ok if|is it okay if|are you ok with|mind if) ?(?:me|i|we)? ?(?:to )?(?:proceed|continue|go ahead|go on|move on|move forward|do (?:anything|something) else|help|assist|help with anything else|carry on|start|stop here|close this|close the ticket|merge|commit|push|open a pr|deploy|wrap up|keep going|take the next step|anything else)\b.{0,60}\?$/,
  /^(?:is there )?(?:anything|something) else(?: (?:i|we) (?:can|should|could) (?:do|help with|help you with|look at|check))?(?: for you| today| here)?\??$/,
  /^(?:what|how) (?:should i do next|next|do you think|would you like me to do next|about you|would you like to do next|else can i do(?: for you)?|can i do next|shall i do next|does that sound|do you want to do next|is next)\?$/,
  /^(?:any|do you have any|got any) (?:questions|feedback|comments|thoughts|concerns|objections|further questions|other requests|further requests|preferences)(?: so far| for me| about this| on this)?\??$/,
  /^(?:please )?(?:review|take a look|have a look|check it out|see for yourself|take a look when you can|review when you can|review at your convenience|review (?:it|this|the changes|my changes|the diff|the pr)(?: when you (?:can|have time|get a chance))?|take a look at (?:it|this|the changes|my changes|the diff)(?: when you (?:can|have time|get a chance))?|advise|confirm|approve|advise how to proceed)$/,
  /^(?:i am|i'm|we are|we're) (?:ready|available|here|happy|glad|standing by|around|done|finished|all set)\b(?: (?:for|to|if|whenever|when|with|and) .{0,80})?$/,
  /^(?:happy|glad|ready|always happy|feel free|looking forward) (?:to|for) .{0,60}$/,
  /^(?:have|enjoy|wish you) (?:a|an|the|your) (?:great|nice|good|wonderful|lovely|pleasant)? ?(?:rest of (?:the|your) )?(?:day|week|weekend|evening|one|morning|afternoon|night)$/,
  /^(?:i )?(?:look forward|am looking forward|'m looking forward) to .{0,60}$/,
  /^(?:that|this) (?:should|will|would)? ?(?:be|is|'s)? ?(?:all|everything|it|complete|done|that)(?: (?:for now|from me|from my side|i think|for today|you asked for|you need|you needed))?$/,
  /^(?:i|we) (?:have |'ve )?(?:also )?(?:verified|checked|double-checked|tested|confirmed|validated|reviewed|completed|finished|done|did) (?:everything|it all|all of it|all of this|all of the above|the above|all steps|all the steps|every step|each step|the task|this task|my work|all tasks|all the tasks|the work|all the work|all work|all items|everything above|this|it)(?: (?:twice|carefully|thoroughly|as requested|myself|again|as you asked|by hand|manually|successfully|for you|already))*$/,
  /^(?:everything|all|all of it|it all|the task|this task|the work|all tasks|all steps|the job|my work|your request|the request|all items|all work|all the work|all the tasks|task|work|tasks|the ticket|this ticket) (?:is|are|was|were|has been|have been|'s)? ?(?:now )?(?:done|complete|completed|finished|in place|all set|set|ready|taken care of|wrapped up|as requested|accomplished|fulfilled|closed|executed|carried out)(?: (?:now|successfully|as requested|as you asked|as planned|for you|here|too|as expected|on my side|from my side))*$/,
  /^(?:you can|you may|feel free to) (?:now )?(?:proceed|continue|go ahead|take it from here|close (?:this|the) (?:ticket|issue|task)|merge(?: it| this)?|review(?: it| this| the changes)?|rest|relax|check(?: it)?|verify(?: it)?|try it(?: out)?|use it|start using it|test it|see for yourself|move on)(?: (?:now|yourself|whenever you like|when you like|at any time|any time|anytime|if you like|if you want))*$/,
  /^(?:over to you|back to you|your turn|mission accomplished|job done|nothing else to report|nothing more to report|nothing further|no further action(?: is)? (?:needed|required)|no action (?:is )?(?:needed|required)(?: from you| on your side)?|no questions|take care|stay tuned|more soon|talk soon|see you|bye|goodbye|good luck|sorry for the delay|sorry for the wait|thanks for (?:waiting|your patience|the task|asking|the opportunity|your help|your time)|thank you for (?:waiting|your patience|the task|asking|the opportunity|your help|your time)|here is (?:a|the|my) (?:summary|short summary|report|quick summary|final summary|status|update|overview)(?: of (?:what i did|the work|my work|the changes|everything))?|here's (?:a|the|my) (?:summary|short summary|report|quick summary|final summary|status|update|overview)(?: of (?:what i did|the work|my work|the changes|everything))?|below is (?:a|the|my) (?:summary|report|status))$/,
  new RegExp(`^(?:trust me|believe me|cross my heart|promise|i promise|honest|honestly|no joke|seriously|for real)${SIGN}$`),
  /^(?:i|we) (?:appreciate|value) (?:it|your (?:help|patience|time|trust))$/,
  /^(?:this|it) (?:was|took) (?:fun|a pleasure|a while|some time|only a (?:minute|moment|few minutes))$/,
  /^(?:let's|shall we) (?:move on|continue|proceed|go|keep going|ship it)\??$/,
  /^(?:it was|it's been|it has been|always) a pleasure(?: .{0,40})?$/,
];

/** Offers, advice and questions to the reader: about what may come, and not about how sure the rest is. */
const OFFERS: readonly RegExp[] = [
  /^(?:(?:do|would|should|shall|can|may|could|will|what|how|which|where|when|want|are|is there|any|have you|did you)\b).*\b(?:you|me|i|we|your|my)\b.*\?$/,
  /^(?:next )?(?:i'll|i will|we'll|we will|i can|we can|i could|we could|i would|i'd|we'd|we should|we might|i might|i may) (?!.*\b(?:said|have said|call it|not)\b)/,
  /^(?:you (?:may|might|can|could|should|will|'ll|need to|have to)|you'll|you'd)\b/,
  /^(?:in (?:the )?future|later on|at some point|going forward|down the road|next)\b.*\b(?:could|can|would|should|might|may|will|i'd|we'd|i'll|we'll)\b/,
  /^(?:if|once|when|whenever|as soon as|in case)\b.*\b(?:you|anything|something|i|questions)\b.*\b(?:let me know|tell me|i can|i'll|i will|ping me|reach out|just|please|feel free|ask|happy to|we can)\b/,
  /^(?:this|it|that) (?:might|may|could|would) be (?:worth|good|useful|helpful|nice|wise|a good idea)\b/,
  /^(?:i(?:'d| would)? (?:recommend|suggest|propose|advise)|consider|remember to|don't forget to|do not forget to|make sure to|be sure to|please|feel free to|see|have a look|take a look)\b/,
  /^(?:here(?:'s| is| are)) (?:the|a|an|my|what|how|your|some)\b/,
  /^(?:overall |in general )?(?:everything|all|it all|the task|the work|this task|the whole thing|the job|the session|things) (?:should (?:now )?(?:be )?(?:working|work|fine|good|ok|okay|back to normal|in order|in place|set)(?: now| again)?|(?:looks|look|seems|went|is|are) (?:all )?(?:good|fine|great|ok|okay|well|smoothly|in order|right|done|as expected)) ?(?:now|again|here|from my side|on my side|on my end|from here|to me|so far|without problems|without any problems)*$/,
  /^(?:i )?(?:did not|didn't|haven't|have not) (?:run into|hit|encounter|see|notice|face|have|encountered|noticed|seen) (?:any|a single) (?:problems?|issues?|errors?|trouble|difficult\w+|surprises?|blockers?)(?: along the way| on the way| so far| doing (?:this|so|it)| during this| with (?:this|it))?$/,
  /^no (?:further|other|more) (?:action|actions|steps?|changes?|work|input) (?:is|are|was|were) (?:needed|required|necessary)\b/,
  /^(?:according to|per|as per) (?:the )?(?:docs|documentation|manual|guide|style guide|best practices)\b.*\b(?:recommended|best|standard|preferred|usual|right|common)\b/,
  /^(?:i )?(?:hope|think|guess|believe|suppose) (?:that |this |that's |this is |that is |it |it's )?(?:should be |is |was |makes |make |covers |answers |helps |clarifies |all|everything|'s )?.{0,24}(?:all|everything|sense|it|helpful|for now|your question)(?: for now| then| for today)?$/,
  /^(?:ready|done|available|standing by|waiting) (?:when|whenever|if|for|once)\b/,
  /^(?:thanks|thank you|sorry|apologies|cheers|welcome|congrats|congratulations)\b/,
  /^(?:i|we) (?:have |'ve )?(?:also )?(?:double-checked|verified|checked|reviewed|tested|validated|re-checked|rechecked) (?:my|our|the|all the|all my|all of my) (?:work|changes|steps|results|output|edits|own work)(?: (?:twice|carefully|thoroughly|again|myself))?$/,
  /^(?:all of )?(?:these|this|those|that) (?:are|is) (?:the )?(?:recommended|suggested|usual|standard)\b/,
  /^(?:let's|let me|shall we)\b/,
];
const DOUBTS = /\b(?:wrong|unsure|not sure|certain|mistaken|untested|untrue|false|really|lied|lie|invented|imagin\w*|pretend\w*|believe (?:me|that)|trust|guess(?:ing)?|kidding|joking|ignore|disregard|actually|opposite|contrary|instead|verified by|true)\b/;

/** True for a sentence of courtesy. Long ones are none. */
export function isAside(tokens: readonly Token[]): boolean {
  if (tokens.length === 0) return true;
  if (tokens.length > 24 || tokens.some(({ kind }) => kind === 'path' || kind === 'url' || kind === 'quoted')) return false;
  const words = tokens
    .filter((token) => token.kind === 'word' || token.text === '?')
    .map(({ lower }) => lower)
    .join(' ')
    .replace(' ?', '?');
  if (words === '' || ASIDES.some((pattern) => pattern.test(words))) return true;
  // Nothing is named, nothing is counted, and nothing is said of how sure the rest is.
  return !namesSomething(tokens) && !/\d/.test(words) && !DOUBTS.test(words) && OFFERS.some((pattern) => pattern.test(words));
}
