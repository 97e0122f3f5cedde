/**
 * The shape of a policy file. Strict: a line that is not known is an error, because a rule that is misspelt is a rule that
 * does not hold. What is left out gets the default that stands here; `policy/default.yaml` says each of them in words.
 */
import { z } from 'zod';
import { CHECKS_PER_MINUTE, type Policy } from '../domain/policy/policy';
import { UNREGISTERED_KINDS } from '../domain/command/unregistered-kinds';
import { freezeSchema } from './freeze-schema';
import { registrySchema } from './registry-schema';

const risk = z.enum(['LOW', 'MEDIUM', 'HIGH']);
const quorum = z.int().min(1, 'must be 1 or more: nobody is never enough').max(10);
const environmentName = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, 'must be lower-case letters, digits, dashes');
const pattern = z.string().min(1).max(128);
const reviewer = z.string().regex(/^[A-Za-z0-9._@-]{1,64}$/, 'must be a reviewer id');
const groupName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower-case letters, digits, dashes');
/** One, or a list of them: a list of one is tedious to write. */
const oneOrMore = <T extends z.ZodType>(schema: T) =>
  z.union([schema.transform((one) => [one]), z.array(schema).min(1, 'must name at least one')]);

const things = z.array(z.string().min(1).max(200)).max(200).default([]);
/** What of the engine is this environment's own; nothing unless it is said. */
const governed = z
  .strictObject({
    containers: things,
    images: things,
    networks: things,
    volumes: things,
    labels: z.array(z.string().max(200).regex(/^[^=]+=.*$/, 'must be key=value')).max(50).default([]),
  })
  .prefault({});

/** What nobody registered: is a person asked for it, or is it refused? One word for all, or one for each kind. */
const mode = z.enum(['ask', 'refuse']);
const unregistered = z.union([mode, z.partialRecord(z.enum(UNREGISTERED_KINDS), mode)], `must be ask, refuse, or one of them for each of ${UNREGISTERED_KINDS.join(', ')}`);

const environment = z
  .strictObject({
    production: z.boolean().default(false),
    quorum: z
      .strictObject({ LOW: quorum.default(1), MEDIUM: quorum.default(1), HIGH: quorum.exactOptional() })
      .prefault({}),
    auto_approve: z.boolean().default(true),
    auto_approve_without_plan: z.boolean().default(true),
    request_validity_minutes: z.int().min(1).max(43_200).default(1440),
    execution_validity_minutes: z.int().min(1).max(1440).default(60),
    token_ttl_seconds: z.int().min(1).max(300, 'may be 300 at most: the gateway takes no longer token').default(120),
    freeze: z.array(freezeSchema).max(50).default([]),
    unregistered: unregistered.exactOptional(),
    governed,
  })
  .transform(({ request_validity_minutes, execution_validity_minutes, token_ttl_seconds, ...rest }) => ({
    ...rest,
    validity: {
      request_minutes: request_validity_minutes,
      execution_minutes: execution_validity_minutes,
      token_ttl_seconds,
    },
  }));

/** Two people for what is grave in production, unless the file says otherwise; `prd` is production in any case. */
const environments = z
  .record(environmentName, environment)
  .refine((named) => Object.keys(named).length > 0, 'must name at least one environment')
  .transform((named) =>
    Object.fromEntries(
      Object.entries(named).map(
        ([
          name,
          {
            quorum: { LOW, MEDIUM, HIGH },
            unregistered: said,
            ...rest
          },
        ]) => {
          const production = rest.production || name === 'prd';
          const otherwise = typeof said === 'string' ? said : production ? 'refuse' : 'ask';
          const modes = Object.fromEntries(UNREGISTERED_KINDS.map((kind) => [kind, typeof said === 'object' ? (said[kind] ?? otherwise) : otherwise]));
          return [name, { ...rest, production, unregistered: modes, quorum: { LOW, MEDIUM, HIGH: HIGH ?? (production ? 2 : 1) } }];
        },
      ),
    ),
  );

const rule = z.strictObject({
  name: z.string().min(1).max(80),
  when: z
    .strictObject({
      environment: oneOrMore(pattern).exactOptional(),
      worker: oneOrMore(pattern).exactOptional(),
      task: oneOrMore(pattern).exactOptional(),
      program: oneOrMore(z.enum(['docker', 'compose', 'registered'])).exactOptional(),
      verb: oneOrMore(pattern).exactOptional(),
      target: oneOrMore(pattern).exactOptional(),
      risk_at_least: risk.exactOptional(),
      has_plan: z.boolean().exactOptional(),
    })
    .refine((when) => Object.keys(when).length > 0, 'needs at least one condition'),
  then: z
    .strictObject({
      risk_at_least: risk.exactOptional(),
      quorum: quorum.exactOptional(),
      refuse: z.string().min(1).max(200).exactOptional(),
      require_environment: oneOrMore(environmentName).exactOptional(),
      auto: z.literal(false, 'can only be false: a rule never makes anything automatic').exactOptional(),
    })
    .refine((then) => Object.keys(then).length > 0, 'needs at least one consequence'),
});

const grantScope = { environments: z.array(pattern).min(1, 'must name at least one; `*` is all'), risk_up_to: risk };
const grant = z.union(
  [
    z
      .strictObject({ reviewer, ...grantScope })
      .transform(({ reviewer: id, ...scope }) => ({ who: { reviewer: id }, ...scope })),
    z
      .strictObject({ group: groupName, ...grantScope })
      .transform(({ group, ...scope }) => ({ who: { group }, ...scope })),
    z
      .strictObject({ everyone: z.literal(true), ...grantScope })
      .transform(({ everyone, ...scope }) => ({ who: { everyone }, ...scope })),
  ],
  'must have one of `reviewer`, `group`, `everyone: true`, with `environments` and `risk_up_to`',
);

const reviewers = z
  .strictObject({
    groups: z.record(groupName, z.array(reviewer).min(1, 'must name at least one')).default({}),
    may_decide: z.array(grant).min(1, 'must have an entry, or nobody can decide anything'),
    owner_may_decide: z.boolean().default(false),
  })
  .refine(
    ({ groups, may_decide }) => may_decide.every(({ who }) => !('group' in who) || Object.hasOwn(groups, who.group)),
    { path: ['may_decide'], error: 'names a group that is not in `groups`' },
  );

const consensus = z
  .strictObject({
    voters: z
      .array(z.enum(['rules', 'structure', 'model']))
      .refine((voters) => new Set(voters).size === voters.length, 'names a voter twice')
      .refine(
        (voters) => voters.includes('rules') && voters.includes('structure'),
        'must hold rules and structure: they cannot be voted out',
      )
      .default(['rules', 'structure']),
    model_timeout_seconds: z.int().min(1).max(120).default(20),
    dissent_adds_reviewers: z.int().min(0).max(5).default(0),
  })
  .prefault({});

const perMinute = (value: number) => z.int().min(1).max(100_000).default(value);
const limits = z
  .strictObject({
    requests_per_minute_per_agent: perMinute(60),
    pending_per_agent: perMinute(50),
    executions_per_minute_per_agent: perMinute(30),
    decisions_per_minute_per_reviewer: perMinute(20),
    checks_per_minute_per_address: perMinute(CHECKS_PER_MINUTE),
  })
  .prefault({});

const incidents = z
  .strictObject({
    severity: z.record(z.string().regex(/^[A-Z_]{1,40}$/, 'must be a kind of incident, such as FALSE_CLAIM'), z.enum(['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'])).default({}),
    critical_after: z.union([z.int().min(1).max(1000), z.null()]).default(5),
    digest_minutes: z.int().min(1).max(1440).default(60),
  })
  .prefault({});

const agents = z
  .strictObject({ min_true_rate: z.union([z.number().min(0).max(1), z.null()]).default(null), min_claims: z.int().min(1).max(1000).default(5) })
  .prefault({});

const reconcile = z.strictObject({ claim_grace_minutes: z.int().min(0).max(10_080).default(15) }).prefault({});

/** A request that an incident proposes, in the name of the agent `wingman`. */
const remedy = z.strictObject({
  name: z.string().min(1).max(80),
  kind: z.string().regex(/^[A-Z_]{1,40}$/, 'must be a kind of incident, such as BYPASS'),
  subject: pattern.default('*'),
  environment: environmentName,
  commands: z.array(z.string().min(1).max(4096)).min(1, 'must name at least one').max(20),
});

export const policySchema = z
  .strictObject({
    version: z.literal(1, 'must be 1, the version of this format'),
    name: z.string().min(1).max(80),
    instruction: z.enum(['off', 'advise', 'enforce']).default('advise'),
    environments,
    rules: z
      .array(rule)
      .max(500)
      .refine((rules) => new Set(rules.map(({ name }) => name)).size === rules.length, 'gives two rules the same name')
      .default([]),
    reviewers,
    consensus,
    registry: registrySchema.prefault({}),
    limits,
    incidents,
    agents,
    reconcile,
    remedies: z.array(remedy).max(200).default([]),
  })
  .superRefine(({ rules, environments: named }, context) => {
    for (const [at, { then }] of rules.entries()) {
      for (const name of then.require_environment ?? []) {
        if (Object.hasOwn(named, name)) continue;
        context.addIssue({
          code: 'custom',
          path: ['rules', at, 'then', 'require_environment'],
          message: `names ${name}, which is not in \`environments\``,
        });
      }
    }
  })
  .transform((policy): Policy => policy);
