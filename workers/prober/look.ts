/** One look that may hang with the file system it looks at, as data: what a looker process is sent. */
import { assertNever } from '../../domain/errors';
import type { Look } from '../../domain/claim/blind';
import { lookAtCommit, type CommitTask } from './look-commit';
import { lookAtFile, type FileTask } from './look-file';
import { lookAtPackage, type PackageTask } from './look-package';
import { lookAtProcess, type ProcessTask } from './look-process';
import { lookAtService, type ServiceTask } from './look-service';

export type LookTask = FileTask | ProcessTask | PackageTask | ServiceTask | CommitTask;

export function look(task: LookTask): Look {
  switch (task.kind) {
    case 'file':
      return lookAtFile(task);
    case 'process':
      return lookAtProcess(task);
    case 'package':
      return lookAtPackage(task);
    case 'service':
      return lookAtService(task);
    case 'commit':
      return lookAtCommit(task);
    default:
      return assertNever(task);
  }
}
