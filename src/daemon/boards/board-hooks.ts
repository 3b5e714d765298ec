import { join } from 'node:path'
import type { Config } from '../../config.ts'
import type { ChoreEnd } from '../../domain/chores.ts'
import type { Paths } from '../../host/paths.ts'
import { type CommandRun, startCommand } from '../../host/run-chore.ts'
import type { BoardDesk, HookQuestion } from '../../operations/board-desk.ts'

export interface BoardHooks {
  readonly ask: BoardDesk['objection']
  /** Ends those that run; what they were asked about is not done. */
  leave(): Promise<void>
}

const MOST_SAID = 4 * 1024

/** Asks the commands of the config, which may object: any end but exit code 0 is a no. */
export function createBoardHooks(paths: Paths, config: () => Config): BoardHooks {
  const running = new Set<CommandRun>()
  let isLeaving = false

  async function ask(question: HookQuestion): Promise<string | undefined> {
    const { hooks } = config().board
    const command = hooks[question.hook]
    if (command === null) return undefined
    if (isLeaving) return LEAVING
    let said = ''
    const run = startCommand({
      command,
      paths,
      log: join(paths.log, `board-${question.hook}.log`),
      environment: { CURFEW_BOARD: question.list, CURFEW_AGENT: question.by ?? '' },
      input: `${JSON.stringify(question)}\n`,
      onOutput: (chunk, from) => {
        if (from === 'stderr' && said.length < MOST_SAID) said += chunk.toString('utf8')
      },
    })
    running.add(run)
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      run.stop()
    }, hooks.timeout)
    const end = await run.end
    clearTimeout(timer)
    running.delete(run)
    if (isLate) return `the command took longer than ${hooks.timeout / 1000} s`
    if (end.kind === 'exited' && end.code === 0) return undefined
    return isLeaving ? LEAVING : reasonOf(end, said.slice(0, MOST_SAID).trim())
  }

  return {
    ask,
    leave: async () => {
      isLeaving = true
      for (const run of running) run.stop()
      await Promise.all([...running].map((run) => run.end))
    },
  }
}

const LEAVING = 'the daemon leaves, and could not ask the command'

function reasonOf(end: ChoreEnd, said: string): string {
  if (said !== '') return said
  if (end.kind === 'exited') return `the command ended with code ${end.code}`
  if (end.kind === 'signalled') return `the command was ended by ${end.signal}`
  return end.kind === 'done' ? end.note : end.reason
}
