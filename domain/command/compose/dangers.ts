/** What bringing up a registered project hands to its containers, for the card and for the risk: as the files said when it was registered. */
import type { Action } from '../action';
import type { Registry } from '../registry';
import { toComposeArgs } from './compose';
import { meansService } from './declared-things';
import type { ServiceFacts } from './facts';

/** Stopping and removing hand out nothing. */
const HAND_OUT = ['up', 'start', 'restart'];

/** One line each; empty for every action that brings no such service up. */
export function composeDangers(action: Action, { compose }: Registry): readonly string[] {
  if (action.program !== 'compose') return [];
  const asked = toComposeArgs(action.args);
  const { project: name, verb } = asked;
  const project = Object.hasOwn(compose, name) ? compose[name] : undefined;
  if (project === undefined || !HAND_OUT.includes(verb)) return [];
  if (project.facts === undefined) return [`what the files of compose project ${name} hand to its containers is not registered: look at them with \`wingman compose inspect\`, and register it again`];
  return project.facts.filter(({ service }) => meansService(asked, service)).flatMap(dangersOf);
}

function dangersOf({ service, ports, host_mounts, powers }: ServiceFacts): readonly string[] {
  return [
    ...powers.map((power) => `service ${service}: ${power}`),
    ...host_mounts.map((mount) => `service ${service} mounts ${mount} of the host`),
    ...ports.filter(isOnAllAddresses).map((port) => `service ${service} publishes ${port} on all addresses`),
  ];
}

/** `127.0.0.1:8080:80` is the machine's own; without an address, or with another, the network reaches it. */
const isOnAllAddresses = (port: string): boolean => !/^(?:127\.|\[?::1\]?:|localhost:)|"host_ip":"(?:127\.|::1)/.test(port);
