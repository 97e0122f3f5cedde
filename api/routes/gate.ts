/** The instruction gate. */
import { checkBody } from '../../contracts/wire';
import { checkInstruction } from '../../domain/instruction';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../endpoint';

/** Open to anybody, so its budget is per address; the policy's default, since there is no tenant to ask. */
const CHECKS_PER_MINUTE = 6_000;

export function gateRoutes({ limits }: Pick<ApiContext, 'limits'>): readonly Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/check',
      tag: 'gate',
      who: 'open',
      summary: 'Checks an instruction: ten sections, no secrets, no forbidden actions',
      body: checkBody,
      answers: 'approved, score, missing_sections, validation, policy_checks, findings',
      async handle({ req, body }) {
        await limits.spend('check', req.socket.remoteAddress ?? 'unknown', CHECKS_PER_MINUTE);
        return { body: checkInstruction(body.instruction) };
      },
    }),
  ];
}
