/** A process, or a part of one, that was started and can be stopped. Stopping twice is stopping once. */
export interface Running {
  close(): Promise<void>;
}
