/** The form of a recovery plan file: the bounds here are what a run can be asked to do. docs/dr.md explains each word. */
import { z } from 'zod';
import { findDrFaults, type DrPlan } from '../domain/recovery/plan';

const thing = z.string().min(1).max(300).regex(/^[A-Za-z0-9][A-Za-z0-9_.:/@-]*$/, 'must be the name of a thing at the engine');
const host = z.string().min(1).max(63).regex(/^[a-z0-9][a-z0-9.-]*$/, 'must be the name of a prober').optional();

const probe = z.union(
  [
    z.strictObject({ container: thing, is: z.enum(['running', 'stopped', 'paused', 'healthy', 'exists', 'absent']) }),
    z.strictObject({ image: thing, is: z.enum(['exists', 'absent']) }),
    z.strictObject({ network: thing, is: z.enum(['exists', 'absent']) }),
    z.strictObject({ volume: thing, is: z.enum(['exists', 'absent']) }),
    z.strictObject({ http: z.url({ protocol: /^https?$/ }).max(2048), status: z.number().int().min(100).max(599).optional(), is: z.enum(['responds', 'unreachable']).optional(), host }),
    z.strictObject({ port: z.number().int().min(1).max(65_535), is: z.enum(['listening', 'closed']), address: z.string().min(1).max(64).optional(), host }),
  ],
  { error: 'is no probe: write {container|image|network|volume: name, is: …}, {http: url, status: 200} or {port: number, is: listening}' },
);

const act = { commands: z.array(z.string().min(1).max(4096)).min(1).max(20), probe: z.array(probe).min(1).max(20) };
const rule = z.union([z.enum(['stop', 'continue']), z.strictObject({ rollback_to: z.number().int().min(0).max(29) })], {
  error: 'is stop, continue or {rollback_to: number of a stage}',
});

const stage = z.strictObject({
  name: z.string().min(1).max(60).regex(/^[\p{L}\p{N}][\p{L}\p{N} _.-]*$/u, 'must be letters, digits, blanks, dots and dashes'),
  ...act,
  within_seconds: z.number().int().min(1).max(3600).default(60),
  hold_seconds: z.number().int().min(0).max(600).default(2),
  quorum: z.number().int().min(1).max(9).default(1),
  on_reject: rule.default('stop'),
  on_failure: rule.default('stop'),
  undo: z.strictObject(act).nullable().default(null),
});

export const drPlanSchema = z
  .strictObject({
    version: z.literal(1),
    name: z.string().min(1).max(100).regex(/^[\p{L}\p{N}][\p{L}\p{N} _.-]*$/u, 'must be letters, digits, blanks, dots and dashes'),
    instruction: z.string().min(1).max(65_536).nullable().default(null),
    stages: z.array(stage).min(1).max(30),
  })
  .superRefine((plan, context) => {
    for (const { path, message } of findDrFaults(plan)) {
      context.addIssue({ code: 'custom', message, path: path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part)) });
    }
  }) satisfies z.ZodType<DrPlan>;

/** What docs/dr-plan.schema.json holds, for editors and for whoever writes plans by program. */
export function drPlanJsonSchema(): unknown {
  return { $id: 'urn:wingman:dr-plan:1', title: 'Wingman recovery plan', ...z.toJSONSchema(drPlanSchema, { io: 'input' }) };
}
