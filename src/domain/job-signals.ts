/** What `kill --signal` may send, and what that means for the job. */
export type KillSignal =
  /** It is to end: what is left of it after the grace is killed. */
  | { readonly kind: 'end'; readonly signal: string }
  /** It is only told something. */
  | { readonly kind: 'tell'; readonly signal: string }
  | { readonly kind: 'refused'; readonly why: string }

const ENDING = new Set(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGABRT', 'SIGKILL'])
const TELLING = new Set(['SIGUSR1', 'SIGUSR2', 'SIGALRM', 'SIGWINCH', 'SIGURG', 'SIGIO'])
const PAUSING = new Set(['SIGSTOP', 'SIGTSTP', 'SIGCONT', 'SIGTTIN', 'SIGTTOU'])

/** These numbers mean the same on every system. */
const BY_NUMBER = new Map([
  ['1', 'HUP'],
  ['2', 'INT'],
  ['3', 'QUIT'],
  ['6', 'ABRT'],
  ['9', 'KILL'],
  ['14', 'ALRM'],
  ['15', 'TERM'],
])

/** `TERM`, `sigterm`, `SIGTERM` and `15` are the same. */
export function readKillSignal(text: string): KillSignal {
  const upper = BY_NUMBER.get(text) ?? text.toUpperCase()
  const signal = upper.startsWith('SIG') ? upper : `SIG${upper}`
  if (ENDING.has(signal)) return { kind: 'end', signal }
  if (TELLING.has(signal)) return { kind: 'tell', signal }
  if (PAUSING.has(signal)) {
    return { kind: 'refused', why: `${signal} is for \`curfew pause\` and \`curfew resume\`` }
  }
  const known = [...ENDING, ...TELLING].join(', ')
  return { kind: 'refused', why: `expected a signal: ${known}` }
}
