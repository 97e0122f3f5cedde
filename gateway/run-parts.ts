/** What running an action needs, whatever its program is. */
import type { DockerParts } from './run-docker';

export interface RunParts extends DockerParts {
  readonly dockerSocket: string;
  /** Absolute path of docker-compose, or of docker with its compose plugin; null when there is none. */
  readonly compose: readonly string[] | null;
  readonly stepTimeoutMs: number;
}
