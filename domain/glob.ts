/** The one pattern form of a registry: an exact name, or a beginning followed by `*`. */
export function matchesGlob(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}
