/** Starts the workflow of an incident, once; it lives on by itself. One that cannot be started now is found by the watcher. */
import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import { INCIDENT_WORKFLOW, incidentWorkflowId } from '../temporal/names';
import type { IncidentInput } from './truth-messages';

export async function attendIncident(input: IncidentInput): Promise<void> {
  try {
    await startChild(INCIDENT_WORKFLOW, { args: [input], workflowId: incidentWorkflowId(input.incident_id), parentClosePolicy: ParentClosePolicy.ABANDON });
  } catch (error) {
    // The class is not exported to workflow code.
    if (!(error instanceof Error) || error.name !== 'WorkflowExecutionAlreadyStartedError') throw error;
  }
}
