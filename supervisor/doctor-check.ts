export interface DoctorCheck {
  readonly name: string;
  /** `warning`: it works, with less. `failed`: Wingman does not come up, or not safely. */
  readonly state: 'ok' | 'warning' | 'failed';
  readonly found: string;
  /** What to do; null where nothing is wrong. */
  readonly fix: string | null;
}
