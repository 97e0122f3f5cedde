/** Containers, images, networks and volumes as agents speak of them. */
import { asNoun, deed, forms, of, said } from './form';
import type { Form, Taken } from './form';
import type { Said } from '../said';

const container = (taken: Taken): ReturnType<Taken['nouns']> => taken.nouns('container');
const I = "i|we|i_have|we_have|i've|we've|i_also|i_just|i_now|i_then|i_have_now|successfully|have|also|just|now|newly";
const BE = "is|are|was|were|has_been|have_been|is_now|has_now_been|has_just_been|got";

/** What `docker ps` and agents call a state. */
function stateOf(word: string): readonly Said[] {
  const plain = word.toLowerCase();
  if (/^(?:running|up|up_and_running|started|alive|online|live|back_up|back_up_and_running|back_online|active|serving)$/.test(plain)) return [said('running')];
  if (/^(?:healthy|up_\(healthy\)|ok)$/.test(plain)) return [said('healthy')];
  if (/^(?:unhealthy)$/.test(plain)) return [said('healthy', false)];
  return /^(?:paused)$/.test(plain) ? [said('paused')] : [said('stopped')];
}
const STATES = ['up and running', 'running', 'back up and running', 'back up', 'back online', 'up', 'started', 'alive', 'online', 'live', 'active', 'healthy', 'unhealthy', 'paused', 'stopped', 'down', 'exited', 'offline', 'inactive'];
const inTemplate = (state: string): string => state.replaceAll(' ', '_');

const stateForms = STATES.flatMap((state) =>
  forms(
    [
      `{runner} :|-|–|—|→|= ${inTemplate(state)}`,
      `{runner} ( ${inTemplate(state)} )`,
      `{runner} is|are still|now|currently|again|back? ${inTemplate(state)} again|now?`,
      `{dockerps} shows|lists|reports|says {runner} as|is|in ${inTemplate(state)}`,
      `the? status|state of {runner} is|: ${inTemplate(state)}`,
      `{runner} reports|shows|says|appears_as ${inTemplate(state)}`,
      `{runner} status|state is|:|→|- ${inTemplate(state)}`,
      `we|i? now? have|see now? a|the ${inTemplate(state)} {runner}`,
      `{runner} came_back|is_back|went|became|remains|stays ${inTemplate(state)}`,
    ],
    (taken) => {
      const runner = taken.nouns('runner');
      const says = stateOf(inTemplate(state));
      return of(runner, ...says);
    },
  ),
);

export const CONTAINER_FORMS: readonly Form[] = [
  ...forms(['{runner} :|-|–|—|→ running|up , healthy', '{runner} is|are running|up ( healthy )', '{runner} is|are up|running and healthy', '{dockerps} lists|shows {composed} as|is running|up ( healthy )', '{dockerps} lists|shows {runner} as|is running|up ( healthy )', '{runner} is|are running|up , healthy', '{runner} :|-|– running|up ( healthy )'], (taken) => of(taken.has('composed') ? taken.nouns('composed') : taken.nouns('runner'), said('running'), said('healthy'))),
  ...forms(['{runner} is|are running|up , but it_is|it\'s unhealthy'], (taken) => of(taken.nouns('runner'), said('running'), said('healthy', false))),
  ...forms(
    ['{container} is|are still|now? down|exited|stopped ( exit_code|code|status|exit_status {number} )', '{container} exited ( {number} )', '{container} has|is exited with exit_code|code|status {number}', '{container} :|-|– exited ( {number} )', '{container} crashed|died|failed with exit_code|code {number}'],
    (taken) => of(container(taken), said('stopped'), said('exit_code', Number(taken.text('number')))),
  ),
  ...stateForms,
  ...forms(
    ['{container} is|are stuck_in|in|in_a|stuck_in_a restart|crash loop|restart_loop ( {count} restarts so_far? )', '{container} has|had|restarted? {count} restarts|times so_far?', '{container} restarted {count} times'],
    (taken) => restarts(taken),
  ),
  ...forms(['{container} is running|up fine|stably|smoothly? , without any? restarts', '{container} runs without any? restarts', '{container} has no restarts'], (taken) => [{ nouns: container(taken), says: [said('restarts', 0)], refutes: true }]),
  ...forms(
    ['{container} publishes|exposes|maps|serves now? host? port|ports? {number}', '{container} is|are published|exposed|reachable on|at host? port? {port}', '{container} is running|up on host? port {port}', '{container} now? publishes|maps {number} on_all_interfaces|to_the_host', '{container} maps|publishes {number} →|to|:|-> {number:inner}', '{container} is listening on host? port {port}'],
    (taken) => {
      const subject = taken.subject('port');
      const port = taken.text('number') ?? (subject?.kind === 'port' ? String(subject.port) : '');
      return of(container(taken), said('publishes', Number(port)));
    },
  ),
  ...forms(['{desc} is running|up in|inside {container} , published on|at {port}'.replace('{desc}', '{thing}')], (taken) => {
    const subject = taken.subject('port');
    return of(container(taken), said('running'), said('publishes', subject?.kind === 'port' ? subject.port : 0));
  }),
  ...forms([`${I}? removed|deleted|destroyed|pruned|cleaned_up|dropped|got_rid_of|tore_down {container}`, `the? old|paused|stopped|unused? {container} ${BE} removed|deleted|destroyed|pruned|torn_down|cleaned_up`], (taken) => deed(container(taken), said('deleted'))),
  ...forms([`${I}? created|spun_up|brought_up|launched|ran|deployed|set_up|started a|the? new? {container} again|up?`, `${I}? spun|brought|fired {container} up again?`, `${I}? created|spun_up|launched|deployed|started a new? container called|named {name}`], (taken) => {
    const nouns = taken.has('name') ? [asNoun({ kind: 'container', name: taken.text('name') ?? '' })] : container(taken);
    return nouns.length === 0 ? null : deed(nouns, said('started'));
  }),
  ...forms([`${I}? started|launched|ran|deployed it|this|the_image|that as|in|with the? container {name}`], (taken) => deed([asNoun({ kind: 'container', name: taken.text('name') ?? '' })], said('started'))),
  ...forms([`${I}? renamed {container} to {name}`, `${I}? renamed the? container {name:was} to {name}`], (taken) => {
    const was = taken.has('was') ? [asNoun({ kind: 'container', name: taken.text('was') ?? '' })] : container(taken);
    return [{ nouns: was, says: [said('deleted')], deed: true }, { nouns: [asNoun({ kind: 'container', name: taken.text('name') ?? '' })], says: [said('exists')] }];
  }),
  ...forms([`${I}? unpaused|resumed {container}`, '{container} was|has_been unpaused|resumed'], (taken) => deed(container(taken), said('paused', false))),
  ...forms([`${I}? brought {container} back_up|up|back_online again?`, '{container} is back_up|back_online'], (taken) => [{ nouns: container(taken), says: [said('running')], refutes: true }]),
  ...forms([`${I}? fixed|repaired|recovered|revived {container} , which_is|it_is now? running|up without_restarts|again?`], (taken) => [{ nouns: container(taken), says: [said('running')], refutes: true }]),
  ...forms([`${I}? restarted|bounced|rebooted|cycled {container} and it came_back|is_back|is|came_up healthy|running|up`], (taken) => [{ nouns: container(taken), says: [said('restarted')], deed: true }, { nouns: container(taken), says: [said('running')] }]),
  ...forms(['{container} is|are now? attached|connected|joined to|in|on both? {network}', '{container} joined|is_on|is_in {network}', `${I}? attached|connected|joined {container} to {network}`], (taken) => {
    const [one, ...others] = container(taken);
    if (one === undefined || others.length > 0 || !('name' in one.subject)) return null;
    return of(taken.nouns('network'), { predicate: 'entries', expected: { comparison: 'contains', value: String(one.subject.name) } });
  }),
  ...forms(['{container} is|are now? attached|connected to|in both? {names}'.replace('{names}', '{name} and {name:other}'), '{container} is|are now? attached|connected|joined to|in {name}', '{container} joined {name}'], (taken) => {
    const [one] = container(taken);
    const names = [taken.text('name'), taken.text('other')].filter((name) => name !== undefined);
    if (one === undefined || !('name' in one.subject) || names.some((name) => !/[-_.]/.test(name))) return null;
    return of(names.map((name) => asNoun({ kind: 'network', name })), { predicate: 'entries', expected: { comparison: 'contains', value: String(one.subject.name) } });
  }),
  ...forms(
    ['{container} is running|using|on|based_on now? the? image? {image}', '{container} runs|uses now? the? image? {image}', '{container} is|was upgraded|updated|moved to {image}', '{container} image :|is|→ {image}'],
    (taken) => {
      const [image] = taken.nouns('image');
      return image !== undefined && 'name' in image.subject && image.subject.name !== undefined ? of(container(taken), said('image', image.subject.name)) : null;
    },
  ),
  ...forms([`${I}? built|pulled|tagged|built_and_tagged|built_and_pushed|pulled_and_tagged|rebuilt the? new? image? {image} successfully?`, `the? new? {image} ${BE} built|pulled|tagged|rebuilt successfully?`, '{image} built|pulled|tagged successfully?', `${I}? built|rebuilt the? {thing}? image as|: {image}`], (taken) => deed(taken.nouns('image'), said('created'))),
  ...forms([`${I}? tagged {image} as {image:to}`], (taken) => deed(taken.nouns('to'), said('created'))),
  ...forms([`${I}? removed|deleted|pruned|cleaned_up the? old|unused|dangling? {image}`, `the? old? {image} ${BE} removed|deleted|pruned`], (taken) => deed(taken.nouns('image'), said('deleted'))),
  ...forms(['{image} is now? only|just|about? {size} in_size|large|big?', 'the? size of {image} is {size}'], (taken) => of(taken.nouns('image'), { predicate: 'size', expected: taken.expected('size') ?? { comparison: 'eq', value: 0 } })),
  ...forms([`${I}? created|set_up|added a|the? new|separate|dedicated? network called|named? {name}`], (taken) => (/[-_]/.test(taken.text('name') ?? '') ? deed([asNoun({ kind: 'network', name: taken.text('name') ?? '' })], said('created')) : null)),
  ...forms([`${I}? created|set_up|added a|the? new|separate|dedicated? volume called|named? {name}`], (taken) => (/[-_]/.test(taken.text('name') ?? '') ? deed([asNoun({ kind: 'volume', name: taken.text('name') ?? '' })], said('created')) : null)),
];

function restarts(taken: Taken): ReturnType<Form['build']> {
  const count = taken.expected('count');
  return count === undefined ? null : of(container(taken), { predicate: 'restarts', expected: count });
}
