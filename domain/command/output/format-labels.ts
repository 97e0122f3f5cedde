import { redactInspect } from './redact-inspect';

/** `a=1,b=2`, values masked whose name says that they are secret. */
export function formatLabels(labels: Readonly<Record<string, string>> | null): string {
  const { Labels: shown } = redactInspect({ Labels: labels ?? {} }) as { Labels: Record<string, string> };
  return Object.entries(shown)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
