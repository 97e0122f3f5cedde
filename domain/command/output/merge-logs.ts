/**
 * The lines of stdout and stderr in the order in which they were written. The engine sends the two apart; asked for
 * timestamps (RFC 3339 with nine digits, always UTC, so they sort as text) it lets them be put together again.
 */
export function mergeLogs(stdout: string, stderr: string, keepTimestamps: boolean): string {
  const lines = [...stamped(stdout), ...stamped(stderr)];
  // A stable sort: lines of one stream and time stay in order.
  lines.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  return lines.map(({ time, text, own }) => `${keepTimestamps && own ? `${time} ` : ''}${text}`).join('');
}

interface Line {
  readonly time: string;
  readonly text: string;
  /** False for a line that came without a timestamp and has that of the line before it. */
  readonly own: boolean;
}

const STAMP = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{9}Z) ?/;

function stamped(text: string): Line[] {
  const lines: Line[] = [];
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const stamp = STAMP.exec(line);
    const time = stamp?.[1];
    if (stamp !== null && time !== undefined) lines.push({ time, text: line.slice(stamp[0].length), own: true });
    else lines.push({ time: lines.at(-1)?.time ?? '', text: line, own: false });
  }
  return lines;
}
