/** `gateway.yaml`: what the owner of a gateway's host says about it. No policy and no database can say it instead. */
import { z } from 'zod';
import type { HostRead } from '../domain/command/host-read';
import { parseYamlFile } from './yaml-file';

const read = z.strictObject({
  argv: z
    .array(z.string().max(1024))
    .min(1)
    .max(64)
    .refine((argv) => argv[0]?.startsWith('/') === true, 'must begin with the absolute path of the program'),
  user: z.string().regex(/^(?:[a-z_][a-z0-9_-]{0,31}|\d{1,10})$/, 'must be a user name or a uid').nullable().default(null),
});

const gatewayFile = z.strictObject({ only_read: z.array(read).max(500).default([]) });

export interface GatewayFile {
  readonly only_read: readonly HostRead[];
}

/** @throws WingmanError CONFIG_INVALID with line and path */
export function parseGatewayFile(text: string): GatewayFile {
  return parseYamlFile(text, 'gateway file', gatewayFile);
}
