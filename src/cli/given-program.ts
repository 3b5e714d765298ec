import { ProblemError } from '../domain/problem.ts'

/** The command behind `--`, which has to begin with the name of a program. */
export function givenProgram([program = '', ...args]: readonly string[]): [string, ...string[]] {
  if (program !== '') return [program, ...args]
  throw new ProblemError({
    kind: 'usage',
    message: 'the program to run is given as an empty name',
    hint: '`--help` shows examples',
  })
}
