/** The instruction gate. */
import { checkBody } from '../../contracts/wire';
import { checkInstruction } from '../../domain/instruction/instruction';
import { createCheckBudget } from '../http/check-budget';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../http/endpoint';

/** Open to anybody, so its budget is per address. */
export function gateRoutes({ limits, pool, now }: Pick<ApiContext, 'limits' | 'pool' | 'now'>): readonly Endpoint[] {
  const perMinute = createCheckBudget({ pool, now });
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
        await limits.spend('check', req.socket.remoteAddress ?? 'unknown', perMinute());
        return { body: checkInstruction(body.instruction) };
      },
    }),
  ];
}
