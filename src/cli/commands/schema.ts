import { didYouMean } from '../../domain/nearest.ts'
import { ProblemError } from '../../domain/problem.ts'
import { printableLine } from '../../domain/printable.ts'
import type { Define } from '../command-table.ts'

export const defineSchema: Define = (program, shell) => {
  program
    .command('schema')
    .summary('the JSON Schema of anything that is printed with --json')
    .description('Prints the JSON Schema of a shape; without a name, the names.')
    .argument('[name]', 'which shape')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (_options, name: string | undefined) => {
        const { SCHEMA_NAMES, jsonSchemaOf } = await import('../../offline/schema.ts')
        if (name === undefined) {
          shell.out(`${SCHEMA_NAMES.join('\n')}\n`)
          return 0
        }
        const schema = jsonSchemaOf(name)
        if (schema === undefined) throw unknownShape(name, SCHEMA_NAMES)
        shell.out(`${JSON.stringify(schema, null, 2)}\n`)
        return 0
      }),
    )
}

function unknownShape(name: string, known: readonly string[]): ProblemError {
  return new ProblemError({
    kind: 'not_found',
    message: `there is no shape "${printableLine(name, 60)}"${didYouMean(name, known)}`,
    hint: '`curfew schema` lists them',
  })
}

const EXAMPLES = `
Examples:
  curfew schema
  curfew schema status
  curfew schema config-file      what config.json may hold`
