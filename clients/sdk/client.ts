/**
 * Wingman over HTTP: one typed call each, errors as classes, retries that can double nothing. No dependency but `fetch`.
 *
 * @example
 * const wingman = createWingmanClient({ url: 'http://127.0.0.1:8002', key });
 * const { request } = await wingman.request({ worker_id: 'agent-1', task_name: 'Restart', instruction: '…', commands: ['docker restart web'] });
 * const decided = await wingman.waitForDecision(request.request_id);
 */
import { approvalCalls } from './approval-calls';
import { drCalls } from './dr-calls';
import { executionCalls } from './execution-calls';
import { operationCalls } from './operation-calls';
import { runCalls } from './run-calls';
import { systemCalls } from './system-calls';
import { truthCalls } from './truth-calls';
import { webhookCalls } from './webhook-calls';
import { createTransport, type ClientOptions, type OnBehalfOf } from './transport';

export type WingmanClient = ReturnType<typeof callsOf> & {
  readonly url: string;
  /** The same client, speaking for the reviewer who is linked to this Telegram account. For keys of kind `delegate`. */
  onBehalfOf(whom: OnBehalfOf): WingmanClient;
  /** As {@link WingmanClient.onBehalfOf}. */
  for(user: number, chat: number): WingmanClient;
};

export function createWingmanClient(options: ClientOptions): WingmanClient {
  const onBehalfOf = (whom: OnBehalfOf): WingmanClient => createWingmanClient({ ...options, onBehalfOf: whom });
  const transport = createTransport(options);
  return { url: transport.url, onBehalfOf, for: (user, chat) => onBehalfOf({ user, chat }), ...callsOf(transport) };
}

function callsOf(transport: ReturnType<typeof createTransport>) {
  const approvals = approvalCalls(transport);
  return { ...approvals, ...runCalls(approvals), ...executionCalls(transport), ...operationCalls(transport), ...systemCalls(transport), ...truthCalls(transport), ...drCalls(transport), ...webhookCalls(transport) };
}
