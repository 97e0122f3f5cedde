/** `prober.yaml`: what the prober of a host may look at, for each tenant. What is not listed is not looked at. */
import { z } from 'zod';
import { parseYamlFile } from './yaml-file';

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.@+:-]{0,127}$/, 'must be a name of letters, digits and _.@+:-');
const absolutePath = z
  .string()
  .max(1024)
  .regex(/^\/(?:[^/\u0000-\u001f\u007f]+(?:\/[^/\u0000-\u001f\u007f]+)*\/?)?$/, 'must be an absolute path without // in it')
  .refine((path) => !path.split('/').some((part) => /^\.+$/.test(part)), 'must not hold . or ..')
  .transform((path) => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path));
/** The kernel's own file systems answer with what a process is, not with what a file is. */
const root = absolutePath.refine((path) => !/^\/(?:(?:proc|sys|dev)(?:\/.*)?)?$/.test(path), 'may not be /, or lie in /proc, /sys or /dev');
const port = z.int().min(1).max(65_535);
const ipAddress = z.union([z.ipv4('must be an IPv4 or IPv6 address'), z.ipv6('must be an IPv4 or IPv6 address')]);

const httpTarget = z.strictObject({
  /** An origin, or an origin and a path: that path and what lies below it. */
  url: z.string().max(1024).refine(isPlainTarget, 'must be http:// or https:// with a host, perhaps a port and a path, and nothing more'),
  /** Private and loopback addresses too. Link-local ones, and those where clouds keep their secrets, never. */
  private: z.boolean().default(false),
  /** Whether a claim may bring a query of its own. */
  query: z.boolean().default(false),
});

const anyOf = (entry: z.ZodType<string>) => z.union([z.literal('any'), z.array(entry).max(500)]);

const tenant = z.strictObject({
  roots: z.array(root).max(50).default([]),
  /** Where relative paths in claims start; one of the roots, or below one. */
  workspace: root.optional(),
  http: z.array(httpTarget).max(200).default([]),
  ports: z
    .strictObject({
      loopback: z.union([z.literal('any'), z.array(port).max(500)]).default([]),
      addresses: z.record(ipAddress, z.array(port).min(1).max(500)).default({}),
    })
    .default({ loopback: [], addresses: {} }),
  processes: anyOf(z.string().regex(/^[\x21-\x2e\x30-\x7e]{1,64}$/, 'must be the name of a program, without a directory')).default([]),
  services: z.array(name).max(500).default([]),
  packages: anyOf(name).default([]),
  repositories: z.record(name, root).default({}),
  databases: z
    .record(
      name,
      z.strictObject({
        /** A file with mode 0600 that holds the URL, so that this one may be shown. */
        url_file: absolutePath,
        tables: z
          .array(z.string().regex(/^(?:[A-Za-z_][A-Za-z0-9_]{0,62}\.)?[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'must be a table, or schema.table'))
          .min(1)
          .max(500),
      }),
    )
    .default({}),
});

const proberFile = z
  .strictObject({ tenants: z.record(z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'must be the name of a tenant'), tenant) })
  .superRefine(({ tenants }, context) => {
    for (const [one, { roots }] of Object.entries(tenants)) {
      for (const [index, path] of roots.entries()) {
        const other = Object.entries(tenants).find(([name, { roots: others }]) => name !== one && others.some((theirs) => isWithin(path, theirs)));
        if (other !== undefined) context.addIssue({ code: 'custom', path: ['tenants', one, 'roots', index], message: `lies in a root of the tenant ${other[0]}; tenants may not see each other's files` });
      }
    }
  });

export type ProberFile = z.output<typeof proberFile>;
export type TenantView = z.output<typeof tenant>;

/** @throws WingmanError CONFIG_INVALID naming line, path and what would be right */
export function parseProberFile(yamlText: string): ProberFile {
  return parseYamlFile(yamlText, 'prober', proberFile);
}

function isPlainTarget(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && (url.href === text || url.href === `${text}/`) && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}

const isWithin = (path: string, root: string): boolean => path === root || path.startsWith(`${root}/`);
