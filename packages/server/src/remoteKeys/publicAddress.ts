import { BlockList, isIP } from 'node:net'
import { expandIpv6 } from '../limits/limits.js'

/** Networks of IPv4 that are nobody's in the public internet (RFC 6890 and its registry). */
const specialIpv4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]

/** Within 2000::/3, the only part of IPv6 that is public: documentation, benchmarks, and forms that carry an IPv4 address. */
const specialIpv6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

/**
 * Whether an address belongs to the public internet. Loopback, private, link-local, CGNAT and unique local ones do not, nor does any
 * form of IPv6 that carries an IPv4 address (mapped, NAT64, 6to4, Teredo): it would lead where the IPv4 address leads.
 */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address)
  if (version === 4) return !listOf(specialIpv4, 'ipv4').check(address, 'ipv4')
  if (version !== 6 || address.includes('%')) return false
  const first = expandIpv6(address)?.[0] ?? 0
  return first >= 0x2000 && first < 0x4000 && !listOf(specialIpv6, 'ipv6').check(address, 'ipv6')
}

function listOf(networks: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix = ''] = network.split('/')
    list.addSubnet(address, Number(prefix), family)
  }
  return list
}
