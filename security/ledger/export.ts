/** An exported ledger (NDJSON, one row a line) as it comes in bytes: from a file, from a download, from whoever gave it to us. */
import { eachJsonLine } from './json-lines';
import { createLedgerVerifier, type LedgerProof, type LedgerReport } from './verify';

/** Rows are small: the ledger refuses entries above 4 MB, which escaped and with their frame stay below this. */
export const LONGEST_LINE = 32_000_000;
const NEWLINE = 0x0a;

/** Never throws for what the bytes are: a line that is no row is the finding MALFORMED. */
export async function verifyLedgerExport(chunks: AsyncIterable<Uint8Array>, proof: LedgerProof): Promise<LedgerReport> {
  const verifier = createLedgerVerifier(proof);
  const take = (lines: string): void => {
    eachJsonLine(lines, (value) => {
      verifier.take(value);
      return true;
    });
  };
  let rest: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end !== -1) {
      take(Buffer.concat([...rest, chunk.subarray(0, end)]).toString('utf8'));
      rest = [];
      length = 0;
    }
    // A copy: whoever reads may use the buffer again.
    const begun = Uint8Array.from(chunk.subarray(end + 1));
    length += begun.length;
    if (length <= LONGEST_LINE) rest.push(begun);
  }
  // Too long a line lost its end here, so it is no JSON; so is a line that a cut export ends in.
  if (length > 0) take(Buffer.concat(rest).toString('utf8'));
  return verifier.report();
}
