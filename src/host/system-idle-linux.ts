import type { SystemIdle } from '../domain/lifecycle.ts'

/** logind knows of all sessions of a user: terminals by their use, desktops by what they say. */
export const LINUX_IDLE_QUESTION = {
  file: '/usr/bin/busctl',
  args: [
    '--no-pager',
    '--timeout=1',
    'get-property',
    'org.freedesktop.login1',
    '/org/freedesktop/login1/user/self',
    'org.freedesktop.login1.User',
    'IdleHint',
    'IdleSinceHint',
  ],
} as const

/**
 * Reads `b true` and `t 1763632200000000`: idle or not, and since when in microseconds. A desktop that never
 * tells, and a session without a terminal, are "not idle" since ever: that is not knowing.
 */
export function readLinuxIdle(text: string, wallMs: number): SystemIdle {
  const hint = /^b (true|false)\s*$/m.exec(text)?.[1]
  if (hint === undefined)
    return { kind: 'unknown', why: 'logind gave an answer that cannot be read' }
  const sinceMs = Number(/^t (\d+)\s*$/m.exec(text)?.[1] ?? 0) / 1000
  if (hint === 'false') {
    return sinceMs > 0 ? { kind: 'active' } : { kind: 'unknown', why: 'no session tells logind' }
  }
  const forMs = wallMs - sinceMs
  return { kind: 'idle', forMs: sinceMs > 0 && forMs >= 0 ? Math.round(forMs) : null }
}
