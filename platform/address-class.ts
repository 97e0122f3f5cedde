/**
 * What an IP address leads to. Registries: IANA's special-purpose address registries for IPv4 and IPv6; of IPv6 only global unicast
 * (2000::/3) is public, so forms that carry an IPv4 address (mapped, NAT64) fall out by themselves.
 */
import { BlockList, isIP } from 'node:net';

/** `never`: link-local, multicast, unspecified, and where clouds answer with secrets. No registration reaches these. */
export type AddressClass = 'public' | 'private' | 'never';

type Family = 'ipv4' | 'ipv6';

function blockList(family: Family, subnets: string): BlockList {
  const list = new BlockList();
  for (const subnet of subnets.split(' ')) {
    const [address = '', bits = ''] = subnet.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}

const NEVER_4 = blockList('ipv4', '0.0.0.0/8 169.254.0.0/16 100.100.100.200/32 168.63.129.16/32 192.0.0.192/32 224.0.0.0/4 240.0.0.0/4');
const PRIVATE_4 = blockList('ipv4', '10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 172.16.0.0/12 192.168.0.0/16');
const RESERVED_4 = blockList('ipv4', '192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24');
const NEVER_6 = blockList('ipv6', 'fd00:ec2::254/128 fd20:ce::254/128');
const PRIVATE_6 = blockList('ipv6', '::1/128 fc00::/7');
const GLOBAL_6 = blockList('ipv6', '2000::/3');
const RESERVED_6 = blockList('ipv6', '2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20');

/** @param address as a resolver gives it; anything else is `never` */
export function classOfAddress(address: string): AddressClass {
  // A zone (`fe80::1%eth0`) only fits addresses that are not reached in any case.
  if (address.includes('%')) return 'never';
  switch (isIP(address)) {
    case 4:
      if (NEVER_4.check(address, 'ipv4') || RESERVED_4.check(address, 'ipv4')) return 'never';
      return PRIVATE_4.check(address, 'ipv4') ? 'private' : 'public';
    case 6:
      if (NEVER_6.check(address, 'ipv6')) return 'never';
      if (PRIVATE_6.check(address, 'ipv6')) return 'private';
      return GLOBAL_6.check(address, 'ipv6') && !RESERVED_6.check(address, 'ipv6') ? 'public' : 'never';
    default:
      return 'never';
  }
}
