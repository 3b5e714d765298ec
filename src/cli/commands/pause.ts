import type { PauseInput } from '../../contract/jobs.ts'
import { given } from '../../domain/given.ts'
import { printableLine } from '../../domain/printable.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Define } from '../command-table.ts'
import { collectIds } from '../job-ids.ts'
import type { CommonOptions } from '../shell.ts'
import { tellJobs } from '../tell-jobs.ts'

interface PauseOptions extends CommonOptions {
  readonly group?: string
}

export const definePause: Define = define(
  'pause',
  'stop jobs, or a whole group, for now',
  'Stops the processes of running jobs, which keep their slots, and holds back those that wait. Of a group nothing starts any more until it is resumed.',
)

export const defineResume: Define = define(
  'resume',
  'let paused jobs, or a group, go on',
  'Lets paused jobs go on where they were. Resuming a group resumes what its pause has stopped.',
)

function define(verb: 'pause' | 'resume', summary: string, description: string): Define {
  return (program, shell) => {
    program
      .command(verb)
      .summary(summary)
      .description(description)
      .argument('[ids...]', 'which jobs', collectIds)
      .option('--group <NAME>', 'a group instead of single jobs')
      .option('--json', 'print the jobs as JSON (`curfew schema jobs`)')
      .addHelpText('after', examples(verb))
      .action(
        shell.run(async (options: PauseOptions, ids: number[]) => {
          const input = inputOf(verb, ids, options)
          const { client } = shell.open(options)
          const jobs = await client.demand(verb, input)
          if (options.group === undefined || options.json === true)
            return tellJobs(shell, options, jobs)
          const now = verb === 'pause' ? 'is paused' : 'goes on'
          shell.note(`curfew: group "${printableLine(options.group, 64)}" ${now}`)
          return jobs.length === 0 ? 0 : tellJobs(shell, options, jobs)
        }),
      )
  }
}

function inputOf(verb: string, ids: readonly number[], { group }: PauseOptions): PauseInput {
  const named = ids.length > 0
  if (named !== (group === undefined)) {
    throw new ProblemError({
      kind: 'usage',
      message: named ? 'ids and --group do not go together' : 'neither jobs nor a group are named',
      hint: `\`curfew ${verb} 12 13\` or \`curfew ${verb} --group NAME\``,
    })
  }
  return named ? { ids } : given({ group })
}

function examples(verb: string): string {
  return `
Examples:
  curfew ${verb} 12 13
  curfew ${verb} --group gpu`
}
