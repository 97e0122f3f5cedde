/** incidents: what went wrong, who looks after it, how it ended. */
import { Option, type Command } from 'commander';
import type { IncidentShape } from '../../sdk/truth-shapes';
import { examples, wholeNumber, type Cli } from '../cli';
import { table, type Show, type Style } from '../output';

const STATES = ['OPEN', 'ACKNOWLEDGED', 'RESOLVED', 'ALL'];

export function addIncidentsCommand(program: Command, cli: Cli): void {
  const incidents = program.command('incidents').description('false claims, changes that nobody answers for, and what became of them');
  incidents
    .command('list', { isDefault: true })
    .description('newest first; without --state those that are not resolved')
    .addOption(new Option('--state <state>', 'these alone').choices(STATES))
    .option('--worker <id>', 'of one agent')
    .option('--limit <n>', 'at most so many', wholeNumber(1, 500), 50)
    .addHelpText('after', examples('wingman incidents', 'wingman incidents list --state ALL --worker agent-7'))
    .action(async ({ state, worker, limit }: { state?: string; worker?: string; limit: number }) =>
      cli.print((await cli.client('operator').incidents({ state, worker_id: worker, limit })).alerts, (rows, style) =>
        rows.length === 0
          ? 'nothing is open'
          : table(style, ['INCIDENT', 'SEVERITY', 'STATE', 'KIND', 'AGENT', 'REPEATS', 'OPENED', 'WHAT'], rows.map((row) => [row.incident_id, row.severity, row.state, row.kind, row.worker_id, row.repeats, row.opened_at, row.summary.length > 70 ? `${row.summary.slice(0, 70)}…` : row.summary])),
      ),
    );
  incidents
    .command('show')
    .description('one incident')
    .argument('<id>')
    .action(async (id: string) => cli.print(await cli.client('operator').incident(id), showIncident));
  incidents
    .command('ack')
    .description('say that you look after it')
    .argument('<id>')
    .option('--note <text>', 'what you make of it')
    .action(async (id: string, { note }: { note?: string }) => cli.print(await cli.client('operator').acknowledgeIncident(id, note), ({ incident_id, acknowledged_by }) => `acknowledged ${incident_id} by ${acknowledged_by ?? '-'}`));
  incidents
    .command('resolve')
    .description('close it; the same again opens a new one')
    .argument('<id>')
    .requiredOption('--resolution <text>', 'how it ended')
    .addHelpText('after', examples('wingman incidents resolve 9b494c1a-23b7-4df8-9816-febde30b051e --resolution "the agent was misconfigured"'))
    .action(async (id: string, { resolution }: { resolution: string }) => cli.print(await cli.client('operator').resolveIncident(id, resolution), ({ incident_id }) => `resolved ${incident_id}`));
}

const showIncident: Show<IncidentShape> = (row, style) =>
  [
    headline(row, style),
    `incident    ${row.incident_id}`,
    ...(row.worker_id === null ? [] : [`agent       ${row.worker_id}`]),
    ...(row.environment === null ? [] : [`environment ${row.environment}`]),
    `opened      ${row.opened_at}`,
    ...(row.repeats === 0 ? [] : [`repeats     ${String(row.repeats)}, last ${row.last_seen_at}`]),
    ...(row.claim_id === null ? [] : [`claim       ${row.claim_id}`]),
    ...(row.approval_id === null ? [] : [`request     ${row.approval_id}`]),
    ...(row.execution_id === null ? [] : [`execution   ${row.execution_id}`]),
    ...(row.acknowledged_at === null ? [] : [`seen        ${row.acknowledged_at} by ${row.acknowledged_by ?? '-'}${row.acknowledge_note === null ? '' : `: ${row.acknowledge_note}`}`]),
    ...(row.resolved_at === null ? [] : [`resolved    ${row.resolved_at} by ${row.resolved_by ?? '-'}: ${row.resolution ?? '-'}`]),
  ].join('\n');

function headline({ severity, kind, state, summary }: IncidentShape, style: Style): string {
  const line = `${severity} ${kind} ${state}  ${summary}`;
  return severity === 'HIGH' || severity === 'CRITICAL' ? style.red(line) : style.bold(line);
}
