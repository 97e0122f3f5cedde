/** Claims in English over the world of test/support/claim-world-data.ts. An end-to-end test runs the same table on real parts. */
import { ENGINE_CLAIMS } from './table-engine';
import { FILE_CLAIMS } from './table-files';
import { OTHER_CLAIMS } from './table-others';
import { UNSAFE_CLAIMS } from './table-unsafe';
import type { TableEntry } from './table-entry';

export const CLAIM_TABLE: readonly TableEntry[] = [...FILE_CLAIMS, ...ENGINE_CLAIMS, ...OTHER_CLAIMS, ...UNSAFE_CLAIMS];
