import type { Command } from 'commander'
import type { Shell } from './shell.ts'

/** Adds one command to the program. */
export type Define = (program: Command, shell: Shell) => void | Promise<void>

export interface CommandEntry {
  readonly summary: string
  readonly load: () => Promise<Define>
}

/** Every command by name. Each is loaded only when it runs. */
export const COMMANDS: ReadonlyMap<string, CommandEntry> = new Map(
  Object.entries({
    daemon: {
      summary: 'run in the foreground: what systemd and launchd start',
      load: async () => (await import('./commands/daemon.ts')).defineDaemon,
    },
    start: {
      summary: 'start the daemon in the background; returns when it is ready',
      load: async () => (await import('./commands/start.ts')).defineStart,
    },
    stop: {
      summary: 'end the daemon; returns when it is gone',
      load: async () => (await import('./commands/stop.ts')).defineStop,
    },
    restart: {
      summary: 'end the daemon and start a fresh one',
      load: async () => (await import('./commands/restart.ts')).defineRestart,
    },
    status: {
      summary: 'the state of the house, who is awake, what happens next',
      load: async () => (await import('./commands/status.ts')).defineStatus,
    },
    events: {
      summary: 'what happened, when and why',
      load: async () => (await import('./commands/events.ts')).defineEvents,
    },
    doctor: {
      summary: 'check everything, say what is wrong and how to mend it',
      load: async () => (await import('./commands/doctor.ts')).defineDoctor,
    },
    'force-unlock': {
      summary: 'remove the lock marker; says who held it',
      load: async () => (await import('./commands/force-unlock.ts')).defineForceUnlock,
    },
    paths: {
      summary: 'where everything lies',
      load: async () => (await import('./commands/paths.ts')).definePaths,
    },
    config: {
      summary: 'what is set, and where it comes from',
      load: async () => (await import('./commands/config.ts')).defineConfig,
    },
    schema: {
      summary: 'the JSON Schema of anything that is printed with --json',
      load: async () => (await import('./commands/schema.ts')).defineSchema,
    },
    completion: {
      summary: 'completion for your shell',
      load: async () => (await import('./commands/completion.ts')).defineCompletion,
    },
  }),
)
