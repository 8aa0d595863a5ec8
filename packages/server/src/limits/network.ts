import { BlockList, isIP } from 'node:net'
import { oktaRefusals } from 'pkjwt/profiles'
import { Refused } from '../http/refused.js'
import type { JsonObject } from '../store/store.js'
import { expandIpv6 } from './limits.js'

/**
 * Refuses a client that asks from outside its network zones. Okta names zones by id; here an entry of `include` or `exclude` is an
 * address, a CIDR block or `ALL_ZONES`.
 */
export function requireNetwork(network: JsonObject | undefined, address: string): void {
  if (network === undefined || network['connection'] !== 'ZONE') return
  const isIncluded = listOf(network['include']).some((zone) => holds(zone, address))
  const isExcluded = listOf(network['exclude']).some((zone) => holds(zone, address))
  const isPermitted = Array.isArray(network['include']) ? isIncluded : !isExcluded
  if (!isPermitted || isExcluded) throw new Refused(oktaRefusals.networkForbidden)
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []
}

function holds(zone: string, address: string): boolean {
  if (zone === 'ALL_ZONES') return true
  const [network = '', prefix] = zone.split('/')
  const version = isIP(network)
  if (version === 0) return false
  const family = version === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  if (prefix === undefined) list.addAddress(network, family)
  else list.addSubnet(network, Number(prefix), family)
  const plain = plainAddress(address)
  return isIP(plain) !== 0 && list.check(plain, isIP(plain) === 4 ? 'ipv4' : 'ipv6')
}

/** An IPv4 address that came in IPv6 form is the IPv4 address. */
function plainAddress(address: string): string {
  const groups = address.includes(':') ? expandIpv6(address) : undefined
  if (groups === undefined || groups[5] !== 0xffff || groups.slice(0, 5).some((group) => group !== 0)) return address
  const [high = 0, low = 0] = groups.slice(6)
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
