/** A first plan for containers that run now: stop, remove, rebuild. To be read and completed by its owner, and so with comments. */
export function planOfContainers(containers: readonly string[], image: string | null): string {
  const names = containers.join(' ');
  const probes = (is: string): string => containers.map((name) => `      - { container: ${quoted(name)}, is: ${is} }`).join('\n');
  const rebuilt = image ?? 'CHANGE/ME:1';
  return `# A recovery plan: docs/dr.md explains each word, docs/dr-plan.schema.json is its form.
version: 1
name: ${quoted(`rebuild ${names}`.slice(0, 100))}
stages:
  - name: stop
    commands:
      - ${quoted(`docker stop ${names}`)}
    probe:
${probes('stopped')}
    within_seconds: 60
    hold_seconds: 2
    quorum: 1
    on_reject: stop
    # A stop that fails is undone.
    on_failure: { rollback_to: 0 }
    undo:
      commands:
        - ${quoted(`docker start ${names}`)}
      probe:
${probes('running').replaceAll(/^/gm, '  ')}
  - name: remove
    commands:
      - ${quoted(`docker rm ${names}`)}
    probe:
${probes('absent')}
    on_reject: stop
    on_failure: stop
  - name: rebuild
    # ${image === null ? 'The image, and what else each container needs: networks, volumes, ports.' : 'What else each container needs: networks, volumes, ports.'}
    commands:
${containers.map((name) => `      - ${quoted(`docker run -d --name ${name} ${rebuilt}`)}`).join('\n')}
    probe:
${probes('running')}
    within_seconds: 120
    hold_seconds: 5
`;
}

const quoted = (text: string): string => JSON.stringify(text);
