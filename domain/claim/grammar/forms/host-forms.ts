/** Processes, ports, HTTP endpoints and services as agents speak of them. */
import { asNoun, deed, forms, of, said } from './form';
import type { Form, Taken } from './form';

const http = (taken: Taken): ReturnType<Taken['nouns']> => taken.nouns('http');
const port = (taken: Taken): ReturnType<Taken['nouns']> => {
  const subject = taken.subject('port');
  return subject === undefined ? [] : [asNoun(subject)];
};
const I = "i|we|i_have|we_have|i've|we've|i_also|i_just|i_now|i_have_now|successfully|have|also|just|now";
const status = (taken: Taken): number => Number(taken.text('status'));

export const HOST_FORMS: readonly Form[] = [
  ...forms(
    ['{http} →|:|=|–|- http? status? {status} ok?', '{http} answers|responds|replies|answered|responded|replied|comes_back now|still? with|200? an|a? http? status? code? {status} ok?', '{http} ( http? status? {status} ok? )', '{http} gives|yields|serves|shows|produces|now_returns|still_returns|both_return|all_return http? status? {status} ok?',
      '{http} is|works now|fine|again? ( http? status? {status} ok? )', '{http} works now|again|fine? ( http? {status} )', '{http} is served by {name} ( {status} )', '{http} requires authentication|auth|a_login|login ( http? {status} )', '{http} is protected|forbidden|missing|gone|broken|failing|down|back|up ( http? {status} )',
      'i|we? got|get|received|see a|an? http? {status} ok? from|for|on|at {http}', 'requests to {http} return|get {status}', '{http} passes ( {status} )', '{http} now|still returns http? {status} ok?', '{http} returns|returned now|still? a|an? http? {status} ok|response?',
      'hitting|calling|curling|requesting {http} returns|gives|yields a|an? {status}'],
    (taken) => of(http(taken), said('status_code', status(taken))),
  ),
  ...forms(['{http} redirects|redirect now? to {target}'.replace('{target}', '{place}'), '{http} redirects|redirect now? to {place} ( {status} )', '{http} now? redirects|redirect ( {status} )'], (taken) => of(http(taken), ...(taken.has('place') ? [said('redirects', taken.text('place') ?? '')] : []), ...(taken.has('status') ? [said('status_code', status(taken))] : []))),
  ...forms(['{http} reports|returns|shows|says|answers|serves version? {version}'], (taken) => (/^[1-5]\d\d$/.test(taken.text('version') ?? '') ? null : of(http(taken), said('answers_with', taken.text('version') ?? '')))),
  ...forms(['{http} returns|contains|shows|says|includes {quoted}'], (taken) => of(http(taken), said('answers_with', taken.text('quoted') ?? ''))),
  ...forms(['{http} is now? live|up|online|reachable|available|deployed|serving|accessible|back again|now?', '{http} works|loads|responds|answers now|again|fine?'], (taken) => [{ nouns: http(taken), says: [said('healthy')] }]),
  ...forms(['{http} is now? reachable|accessible|open|available|works without logging_in|authentication|a_login|login|auth'], (taken) => [{ nouns: http(taken), says: [{ predicate: 'status_code', expected: { comparison: 'ne', value: 401, text: 'without a login' } }], refutes: true }]),
  ...forms(['the? {thing} is now? live|up|running|available|deployed|reachable|online|served at|on|under {http}'], (taken) => of(http(taken), said('responds'))),
  ...forms(['{http} serves the|a? {thing} ( {status} , no_redirect )', '{http} serves the|a? {thing} ( {status} )'], (taken) => of(http(taken), said('status_code', status(taken)))),

  ...forms(
    ['the? {thing} listens|is_listening|is_now_listening|is_running|runs|is_serving|is_available|is_reachable|is_now_running|accepts_connections|now_listens|is_up|is_exposed|is_accessible|is_started|was_started|started on|at the? tcp? port? {port}', 'the? {thing} is bound to the? port? {port}', 'i|we? started the? {thing} on port {port}'],
    (taken) => of(port(taken), said('listening')),
  ),
  ...forms(
    ['{process} listens|is_listening|is_now_listening|listening on the? tcp? port? {port}', '{process} is bound to port? {port}', '{process} holds|has|owns port {port}'],
    (taken) => {
      const [one] = taken.nouns('process');
      return one !== undefined && 'name' in one.subject && one.subject.name !== undefined ? of(port(taken), said('listening', one.subject.name)) : null;
    },
  ),
  ...forms(['port? {port} is|are now|still? open|listening|in_use|reachable|taken|up|accessible|available_to_connect', '{port} is open|listening', 'port? {port} :|–|—|-|→ open|listening|in_use', 'the? port {port} :|–|—|-|→? open|listening'], (taken) => of(port(taken), said('listening'))),
  ...forms(['both|ports? {number} and {number:other} are now? open|listening|in_use'], (taken) => of([taken.text('number'), taken.text('other')].map((number) => asNoun({ kind: 'port', port: Number(number) })), said('listening'))),
  ...forms(['port? {port} is|has_been|was now? closed|freed|shut'], (taken) => of(port(taken), said('closed'))),
  ...forms(['nothing|nobody is|was? listening|listens|running|runs now|any_more? on|at port? {port}', 'no process|service|program listens|is_listening on port? {port}', 'port? {port} is no_longer in_use|open|listening|taken'], (taken) => of(port(taken), said('closed'))),
  ...forms([`${I}? freed|freed_up|closed|released|shut port? {port}`], (taken) => deed(port(taken), said('closed'))),
  ...forms([`${I}? opened|exposed port? {port}`], (taken) => deed(port(taken), said('listening'))),

  ...forms(['{process} is running|up|alive ( pid {number} )', '{process} ( pid {number} ) is running|up', '{process} runs|is_running with|as|under pid {number}'], (taken) => of([...taken.nouns('process'), asNoun({ kind: 'process', pid: Number(taken.text('number')) })], said('running'))),
  ...forms(
    ['{count} {name} processes|workers|instances are|is now? running|up|active', '{count} processes of|named {name} are running', 'there_are|there_is now? {count} {name} processes|workers|instances running?'],
    (taken) => {
      const expected = taken.expected('count');
      return expected === undefined ? null : of([asNoun({ kind: 'process', name: taken.text('name') ?? '' })], { predicate: 'instances', expected });
    },
  ),
  ...forms(
    ['{process} is running|up with|as {count} workers|processes|instances', '{process} runs|has|uses {count} workers|processes|instances'],
    (taken) => {
      const expected = taken.expected('count');
      // A master may stand beside its workers.
      return expected === undefined ? null : [{ nouns: taken.nouns('process'), says: [{ predicate: 'instances', expected }], refutes: true }];
    },
  ),
  ...forms(['{process} runs|is_running exactly? once', '{process} is running exactly? once'], (taken) => of(taken.nouns('process'), said('instances', 1))),
  ...forms(['{process} is running|up now|again? in_the_background', '{process} runs|is_running'], (taken) => of(taken.nouns('process'), said('running'))),
  ...forms([`${I}? killed|stopped|terminated|ended {process}`, '{process} was|has_been killed|stopped|terminated'], (taken) => deed(taken.nouns('process'), said('stopped'))),
  ...forms([`${I}? started|launched {process} in_the_background?`], (taken) => deed(taken.nouns('process'), said('started'))),

  ...forms(['the? systemd? {service} is|are now? enabled_and_active|active_and_enabled|enabled_and_running|enabled_and_started|running_and_enabled', '{service} has_been|was|were enabled_and_started|started_and_enabled'], (taken) => of(taken.nouns('service'), said('running'), said('enabled', true))),
  ...forms([`${I}? started_and_enabled|enabled_and_started|enabled|started {service}`], (taken) => [{ nouns: taken.nouns('service'), says: [said('running')], refutes: true }]),
  ...forms(['{service} has_been|was|is|were now? stopped_and_disabled|disabled_and_stopped|stopped', `${I}? stopped_and_disabled|disabled_and_stopped|stopped {service}`], (taken) => deed(taken.nouns('service'), said('stopped'))),
  ...forms(['{service} has|have failed|crashed', '{service} is|are failed|in_a_failed_state|in_failed_state', '{service} failed'], (taken) => of(taken.nouns('service'), said('failed'))),
  ...forms(['{service} is|are now|still|again? active|running|up|started again|now?', '{service} is|are now? enabled'], (taken) => of(taken.nouns('service'), said('running'))),
];
