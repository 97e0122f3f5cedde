/** What the instruction gate says about an instruction: the answer of `POST /check`, and an input of the policy. */
export const SECTIONS = [
  'DELIVERABLES',
  'SUCCESS_CRITERIA',
  'BOUNDARIES',
  'DEPENDENCIES',
  'MITIGATION',
  'TEST_PROCESS',
  'TEST_RESULTS_FORMAT',
  'RESOURCE_REQUIREMENTS',
  'RISK_ASSESSMENT',
  'QUALITY_METRICS',
] as const;

export type Section = (typeof SECTIONS)[number];

export interface PolicyChecks {
  readonly no_hardcoded_secrets: boolean;
  readonly no_forbidden_actions: boolean;
  readonly no_force_flags: boolean;
  readonly has_mitigation_plan: boolean;
  readonly has_boundaries: boolean;
  readonly has_test_process: boolean;
}

export interface InstructionFinding {
  /** A policy check, or `section`. */
  readonly check: keyof PolicyChecks | 'section';
  readonly section?: Section;
  /** From 1. */
  readonly line?: number;
  /** From 1, in UTF-16 code units. */
  readonly column?: number;
  /** For people. Never holds the secret that was found. */
  readonly message: string;
}

export interface InstructionReport {
  /** All ten sections are there and every policy check passed. */
  readonly approved: boolean;
  /** 10 for each section, 0 to 100. */
  readonly score: number;
  readonly missing_sections: readonly Section[];
  /** `present`, or what is wrong with it. */
  readonly validation: Readonly<Record<Section, string>>;
  readonly policy_checks: PolicyChecks;
  readonly findings: readonly InstructionFinding[];
}
