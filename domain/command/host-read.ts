/** A program of a host, with the words and the user that it is run with, of which the host's owner says that it only reads. */
export interface HostRead {
  readonly argv: readonly string[];
  /** Null: the gateway's own. */
  readonly user: string | null;
}
