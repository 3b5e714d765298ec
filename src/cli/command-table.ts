import type { Command } from 'commander'
import {
  type PlainCall,
  type PlainOptions,
  readCommand,
  readIdAndLines,
  readJson,
  readNothing,
  readTail,
} from './plain-arguments.ts'
import type { Shell } from './shell.ts'

/** Adds one command to the program. */
export type Define = (program: Command, shell: Shell) => void | Promise<void>

/** What a command does, with the words that follow its options; resolves with the exit code. */
export type Action = (
  shell: Shell,
  options: PlainOptions,
  words: readonly string[],
) => Promise<number>

export interface CommandEntry {
  readonly summary: string
  readonly load: () => Promise<Define>
  /** For those that are waited for most, as they are typed most. */
  readonly plain?: Plain
}

export interface Plain {
  /** What the arguments say, where it can be told without the parser. */
  readonly read: (args: readonly string[]) => PlainCall | undefined
  readonly load: () => Promise<Action>
}

/** Every command by name. Each is loaded only when it runs. */
export const COMMANDS: ReadonlyMap<string, CommandEntry> = new Map(
  Object.entries<CommandEntry>({
    daemon: {
      summary: 'run in the foreground: what systemd and launchd start',
      load: async () => (await import('./commands/daemon.ts')).defineDaemon,
      plain: {
        read: readNothing,
        load: async () => (await import('./commands/daemon.ts')).runInForeground,
      },
    },
    start: {
      summary: 'start the daemon in the background; returns when it is ready',
      load: async () => (await import('./commands/start.ts')).defineStart,
      plain: {
        read: readJson,
        load: async () => (await import('./commands/start.ts')).startInBackground,
      },
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
      plain: {
        read: readJson,
        load: async () => (await import('./commands/status.ts')).showStatus,
      },
    },
    run: {
      summary: 'start a job that outlives you, or queue it; prints its id',
      load: async () => (await import('./commands/run.ts')).defineRun,
      plain: {
        read: readCommand,
        load: async () => (await import('./commands/run.ts')).runPlainly,
      },
    },
    jobs: {
      summary: 'which jobs run, wait, and ended how',
      load: async () => (await import('./commands/jobs.ts')).defineJobs,
    },
    job: {
      summary: 'all there is to tell of one job',
      load: async () => (await import('./commands/job.ts')).defineJob,
    },
    logs: {
      summary: 'what a job has written',
      load: async () => (await import('./commands/logs.ts')).defineLogs,
      plain: {
        read: readIdAndLines,
        load: async () => (await import('./commands/logs.ts')).logsPlainly,
      },
    },
    wait: {
      summary: 'wait for jobs to end, or for what a session is owed',
      load: async () => (await import('./commands/wait.ts')).defineWait,
    },
    kill: {
      summary: 'end jobs and everything they started',
      load: async () => (await import('./commands/kill.ts')).defineKill,
    },
    retry: {
      summary: 'run a job that has ended once more; prints the id',
      load: async () => (await import('./commands/retry.ts')).defineRetry,
    },
    pause: {
      summary: 'stop jobs, or a whole group, for now',
      load: async () => (await import('./commands/pause.ts')).definePause,
    },
    resume: {
      summary: 'let paused jobs, or a group, go on',
      load: async () => (await import('./commands/pause.ts')).defineResume,
    },
    edit: {
      summary: 'change a job that still waits',
      load: async () => (await import('./commands/edit.ts')).defineEdit,
    },
    remove: {
      summary: 'forget jobs that have ended, with their output',
      load: async () => (await import('./commands/remove.ts')).defineRemove,
    },
    clean: {
      summary: 'forget every ended job of which nobody has to be told any more',
      load: async () => (await import('./commands/clean.ts')).defineClean,
    },
    group: {
      summary: 'queues: how many of their jobs may run at once',
      load: async () => (await import('./commands/group.ts')).defineGroup,
    },
    progress: {
      summary: 'inside a job: say how far it is',
      load: async () => (await import('./commands/progress.ts')).defineProgress,
    },
    followups: {
      summary: 'what an agent has not yet been told',
      load: async () => (await import('./commands/followups.ts')).defineFollowUps,
    },
    ack: {
      summary: 'say that how jobs ended was heard',
      load: async () => (await import('./commands/ack.ts')).defineAck,
    },
    session: {
      summary: 'say that a session will not come back',
      load: async () => (await import('./commands/session.ts')).defineSession,
    },
    reports: {
      summary: 'how far long tasks are',
      load: async () => (await import('./commands/reports.ts')).defineReports,
    },
    report: {
      summary: 'run a long task so that others can see how far it is, and look at it',
      load: async () => (await import('./commands/report.ts')).defineReport,
      plain: {
        read: readTail,
        load: async () => (await import('./tail-report.ts')).tailPlainly,
      },
    },
    board: {
      summary: 'task boards that many agents share',
      load: async () => (await import('./commands/board.ts')).defineBoard,
    },
    task: {
      summary: 'work on a shared board: add, claim, finish',
      load: async () => (await import('./commands/task.ts')).defineTask,
    },
    events: {
      summary: 'what happened, when and why',
      load: async () => (await import('./commands/events.ts')).defineEvents,
    },
    wrappers: {
      summary: 'who is awake',
      load: async () => (await import('./commands/wrappers.ts')).defineWrappers,
    },
    attend: {
      summary: 'run a command as a wrapper: the house sees it for as long as it lives',
      load: async () => (await import('./commands/attend.ts')).defineAttend,
    },
    wake: {
      summary: 'wake the house',
      load: async () => (await import('./commands/wake.ts')).defineWake,
    },
    bedtime: {
      summary: 'send the house to bed now',
      load: async () => (await import('./commands/bedtime.ts')).defineBedtime,
    },
    hold: {
      summary: 'nobody goes to bed while a command runs',
      load: async () => (await import('./commands/hold.ts')).defineHold,
    },
    chores: {
      summary: "the night's work: last result, progress, quarantine",
      load: async () => (await import('./commands/chores.ts')).defineChores,
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
      plain: { read: readJson, load: async () => (await import('./commands/paths.ts')).showPaths },
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
