/** Wingman's tools for a model. None of them decides. */
import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { WingmanClient } from '../sdk/client';
import { WingmanApiError, WingmanUnreachable } from '../sdk/errors';
import type { RequestShape } from '../sdk/shapes';
import { DESCRIPTIONS, INSTRUCTIONS, nextStepFor } from './tool-texts';

export interface McpOptions {
  readonly client: WingmanClient;
  /** The agent that every call is for; a model cannot name another. */
  readonly workerId: string;
  readonly version: string;
  /** Resolves when the key is known to be an agent's; asked before every call. */
  readonly admit: () => Promise<void>;
}

/** Clients like to give up after a minute. */
const LONGEST_WAIT_SECONDS = 50;
const DEFAULT_WAIT_SECONDS = 25;

const requestId = z.uuid().describe('request_id of the answer to request');

export function createMcpServer({ client, workerId, version, admit }: McpOptions): McpServer {
  const server = new McpServer({ name: 'wingman', version }, { instructions: INSTRUCTIONS });

  const answer = async (work: () => Promise<object>) => {
    try {
      await admit();
      return { content: [{ type: 'text' as const, text: JSON.stringify(await work(), null, 2) }] };
    } catch (error) {
      return { isError: true, content: [{ type: 'text' as const, text: JSON.stringify(explained(error), null, 2) }] };
    }
  };

  async function wait(id: string, seconds: number): Promise<RequestShape> {
    const limit = AbortSignal.timeout(seconds * 1_000);
    try {
      const decided = await client.waitForDecision(id, limit);
      const runsByItself = decided.execute && (decided.status === 'APPROVED' || decided.status === 'AUTO_APPROVED');
      const isRunning = decided.execution_status === 'RUNNING' || decided.execution_status === 'PARTIAL';
      return runsByItself || isRunning ? await client.waitForExecution(id, limit) : decided;
    } catch (error) {
      if (!limit.aborted) throw error;
      return client.get(id);
    }
  }

  server.registerTool(
    'request',
    {
      title: 'Ask for permission',
      description: DESCRIPTIONS.request,
      inputSchema: z.object({
        task: z.string().min(1).max(256).describe('what it is for, in a few words; a person reads it'),
        commands: z.array(z.string().min(1).max(4096)).max(100).optional().describe('exact commands, one a string, such as "docker restart web"; no shell syntax'),
        instruction: z.string().max(262_144).optional().describe('why, what is touched, and what is not'),
        environment: z.string().max(32).optional(),
        execute: z.boolean().optional().describe('run it as soon as it is approved; then wait also waits for the end'),
        ordered: z.boolean().optional().describe('each command needs the success of the one before it'),
      }),
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
    },
    ({ task, commands, instruction = 'No further instruction.', environment, execute = false, ordered = false }) =>
      answer(async () => {
        const { request } = await client.request({
          worker_id: workerId, task_name: task, instruction, execute, ordered,
          ...(commands === undefined ? {} : { commands }), ...(environment === undefined ? {} : { deployment_env: environment }),
        });
        return told(request);
      }),
  );
  server.registerTool(
    'wait',
    {
      title: 'Wait for the decision',
      description: DESCRIPTIONS.wait,
      inputSchema: z.object({ request_id: requestId, seconds: z.number().int().min(1).max(LONGEST_WAIT_SECONDS).optional() }),
      annotations: { readOnlyHint: true },
    },
    ({ request_id, seconds = DEFAULT_WAIT_SECONDS }) => answer(async () => told(await wait(request_id, seconds))),
  );
  server.registerTool(
    'execute',
    { title: 'Run the approved plan', description: DESCRIPTIONS.execute, inputSchema: z.object({ request_id: requestId }), annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true } },
    ({ request_id }) =>
      answer(async () => {
        await client.execute(request_id);
        return told(await client.get(request_id));
      }),
  );
  server.registerTool(
    'status',
    { title: 'How a request stands', description: DESCRIPTIONS.status, inputSchema: z.object({ request_id: requestId }), annotations: { readOnlyHint: true } },
    ({ request_id }) => answer(async () => told(await client.get(request_id))),
  );
  server.registerTool(
    'check',
    { title: 'Check an instruction', description: DESCRIPTIONS.check, inputSchema: z.object({ instruction: z.string().max(262_144) }), annotations: { readOnlyHint: true } },
    ({ instruction }) => answer(() => client.check(instruction)),
  );
  server.registerTool(
    'claim',
    { title: 'Log what you did', description: DESCRIPTIONS.claim, inputSchema: z.object({ claim: z.string().min(1).max(8192) }), annotations: { readOnlyHint: false, destructiveHint: false } },
    ({ claim }) => answer(() => client.logClaim(workerId, claim)),
  );
  server.registerTool(
    'verify',
    {
      title: 'Is it true?',
      description: DESCRIPTIONS.verify,
      inputSchema: z.object({ claim: z.string().min(1).max(8192), use_enhanced: z.boolean().optional() }),
      annotations: { readOnlyHint: true },
    },
    ({ claim, use_enhanced }) => answer(() => client.verify(use_enhanced === undefined ? { claim } : { claim, use_enhanced })),
  );
  return server;
}

/** What a model needs of a request; the card's other lines are for people. */
function told(request: RequestShape): object {
  const { request_id, status, risk_level, risk_reason, plan_hash, commands, decided_by, decision_note, execution_status, expires_at, executions = [] } = request;
  return {
    status, request_id, next: nextStepFor(request), risk_level, risk_reason, plan_hash, commands, decided_by, decision_note, expires_at, execution_status,
    executions: executions.map(({ execution_id, step, command, status: ended, exit_code, output, error_code }) => ({ execution_id, step, command, status: ended, exit_code, output, error_code })),
  };
}

function explained(error: unknown): object {
  if (error instanceof WingmanApiError) {
    const next = error.status === 422 ? 'This was refused by the gate; correct what the reasons name, or tell your user.' : 'Tell your user if this does not pass.';
    return { error: error.message, code: error.code, reasons: error.problem['reasons'] ?? [], next };
  }
  if (error instanceof WingmanUnreachable) return { error: error.message, code: 'UNREACHABLE', next: 'Nothing is permitted while Wingman is away. Try again later; run nothing yourself.' };
  return { error: error instanceof Error ? error.message : String(error), code: 'FAILED', next: 'Nothing was permitted. Tell your user.' };
}
