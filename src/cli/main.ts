import { EXIT_CODES, type Problem, ProblemError } from '../domain/problem.ts'
import { VERSION } from '../version.ts'
import { COMMANDS } from './command-table.ts'
import { createShell, type Shell } from './shell.ts'

/** Runs one command; resolves with the exit code. */
export async function runCli(args: readonly string[]): Promise<number> {
  const shell = createShell(process.env)
  try {
    return await (runPlain(shell, args) ?? runProgram(shell, args))
  } catch (error) {
    if (error instanceof ProblemError) return showProblem(error.problem, shell, args)
    throw error
  }
}

/** A line that can be read without the parser is not made to wait for one. */
function runPlain(shell: Shell, args: readonly string[]): Promise<number> | undefined {
  const [name = '', ...rest] = args
  if (/^(--version|-V)$/.test(name) && rest.length === 0) return printVersion(shell)
  const plain = COMMANDS.get(name)?.plain
  const call = plain?.read(rest)
  if (plain === undefined || call === undefined) return undefined
  return plain.load().then((action) => action(shell, call.options, call.words))
}

async function printVersion(shell: Shell): Promise<number> {
  shell.out(`${VERSION}\n`)
  return 0
}

async function runProgram(shell: Shell, args: readonly string[]): Promise<number> {
  const program = await import('./program.ts')
  return program.runProgram(shell, args)
}

function showProblem(problem: Problem, shell: Shell, args: readonly string[]): number {
  const { kind, message, hint } = problem
  const own = args.slice(0, args.includes('--') ? args.indexOf('--') : args.length)
  if (own.includes('--json')) shell.out(`${JSON.stringify({ error: problem })}\n`)
  else shell.note(`curfew: ${message}${hint === undefined ? '' : `; ${hint}`}`)
  return EXIT_CODES[kind]
}
