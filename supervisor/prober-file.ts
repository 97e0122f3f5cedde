/** The first `prober.yaml`: a workspace for the first tenant, this machine's own ports, and nothing else. It is the operator's from then on. */
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIRST_TENANT } from '../domain/ids';
import type { DataPaths } from './data-directory';

/** @returns whether it was made now */
export function ensureProberFile({ root, workspaces, proberFile }: Pick<DataPaths, 'root' | 'workspaces' | 'proberFile'>): boolean {
  // Links are not followed, in the way to a root neither: the real path is what works.
  const workspace = join(realpathSync(root), 'workspaces', FIRST_TENANT);
  mkdirSync(join(workspaces, FIRST_TENANT), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(proberFile, firstText(workspace), { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** A JSON string is a YAML string too, whatever stands in the path. */
const firstText = (workspace: string): string => `# What the prober of this host may look at, for each tenant, to check what agents claim.
# What is not listed is not looked at, and a claim about it is UNVERIFIABLE. Read at the prober's start. All of it: docs/prober.md
tenants:
  ${FIRST_TENANT}:
    # Directories whose files may be looked at: existence, size, times, digest; never contents. Real paths, no links.
    roots:
      - ${JSON.stringify(workspace)}
    # Ports of this machine that may be tried: any, or a list.
    ports:
      loopback: any
    # http:
    #   - url: http://127.0.0.1:8080
    #     private: true
    # processes: [nginx]
    # services: [nginx]
    # packages: any
    # repositories: { shop: /srv/git/shop }
    # databases: { shop: { url_file: /etc/wingman/shop.url, tables: [orders] } }
`;
