/** Times and sizes in docker's words, so that what a step prints reads as people know it. */

/** `2 hours`, `About a minute`; seconds, not negative. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.trunc(seconds));
  if (whole < 1) return 'Less than a second';
  if (whole === 1) return '1 second';
  if (whole < 60) return `${String(whole)} seconds`;
  const minutes = Math.trunc(whole / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${String(minutes)} minutes`;
  const hours = Math.trunc(whole / 3600 + 0.5);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${String(hours)} hours`;
  if (hours < 24 * 14) return `${String(Math.trunc(hours / 24))} days`;
  if (hours < 24 * 60) return `${String(Math.trunc(hours / 24 / 7))} weeks`;
  if (hours < 24 * 365 * 2) return `${String(Math.trunc(hours / 24 / 30))} months`;
  return `${String(Math.trunc(whole / 3600 / 24 / 365))} years`;
}

/** `1.98MB`: powers of 1000. */
export const formatSize = (bytes: number, digits = 3): string =>
  scaled(bytes, 1000, ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'], digits);

/** `23.54GiB`: powers of 1024, four digits. */
export const formatMemory = (bytes: number): string =>
  scaled(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'], 4);

function scaled(bytes: number, base: number, units: readonly string[], digits: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit += 1;
  }
  return `${String(Number(value.toPrecision(digits)))}${units[unit] ?? 'B'}`;
}
