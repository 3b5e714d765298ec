import type { Define } from '../command-table.ts'
import type { CommonOptions, Shell } from '../shell.ts'

export const defineDaemon: Define = (program, shell) => {
  program
    .command('daemon')
    .summary('run in the foreground: what systemd and launchd start')
    .description(
      'Runs the daemon in the foreground until it is told to stop (Ctrl-C, SIGTERM, `curfew stop`).',
    )
    .addHelpText('after', EXAMPLES)
    .action(shell.run((options) => runInForeground(shell, options)))
}

export async function runInForeground(shell: Shell, options: CommonOptions): Promise<number> {
  const { runDaemon } = await import('../../daemon/main.ts')
  return runDaemon(shell.open(options).paths, shell.note)
}

const EXAMPLES = `
Examples:
  curfew daemon                         in this terminal
  CURFEW_TICK=1s curfew daemon          with a faster tick
  curfew daemon --home /tmp/try/home    a home of its own, for trying things

It reads its config again when the file is saved or on SIGHUP.`
