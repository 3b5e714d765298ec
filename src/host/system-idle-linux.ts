import type { SystemIdle } from '../domain/lifecycle.ts'

/** logind knows of all sessions: terminals by their use, desktops by what they say. */
export const LINUX_IDLE_QUESTION = {
  file: '/usr/bin/busctl',
  args: [
    '--no-pager',
    '--timeout=1',
    'get-property',
    'org.freedesktop.login1',
    '/org/freedesktop/login1',
    'org.freedesktop.login1.Manager',
    'IdleHint',
    'IdleSinceHint',
  ],
} as const

/** Reads `b true` and `t 1763632200000000`: idle or not, and since when in microseconds. */
export function readLinuxIdle(text: string, wallMs: number): SystemIdle {
  const hint = /^b (true|false)\s*$/m.exec(text)?.[1]
  if (hint === undefined) return { kind: 'unknown', why: 'logind gave an answer that cannot be read' }
  if (hint === 'false') return { kind: 'active' }
  const since = Number(/^t (\d+)\s*$/m.exec(text)?.[1] ?? 0) / 1000
  const forMs = wallMs - since
  return { kind: 'idle', forMs: since > 0 && forMs >= 0 ? Math.round(forMs) : null }
}
