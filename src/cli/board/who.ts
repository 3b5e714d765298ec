import type { CommonOptions } from '../shell.ts'

export interface WhoOptions extends CommonOptions {
  readonly as?: string
}

export const AS = [
  '--as <NAME>',
  'who you are on the board (default: CURFEW_AGENT, else CURFEW_SESSION)',
] as const
