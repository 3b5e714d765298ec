import type { Deps } from './deps.ts'

/** Time that is still to be counted against all leases is not taken off a new one; 0 means none. */
export function leaseFor({ boards, config }: Pick<Deps, 'boards' | 'config'>): number {
  const { lease } = config().config.board
  return lease === 0 ? 0 : lease + boards.uncountedMs()
}
