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

/** A line that says no more than a command's name and `--json` needs no parser, and is not made to wait for one. */
function runPlain(shell: Shell, args: readonly string[]): Promise<number> | undefined {
  const end = args.indexOf('--')
  const [name = '', flag, ...more] = end === -1 ? args : args.slice(0, end)
  if (more.length > 0 || (flag !== undefined && flag !== '--json')) return undefined
  if (/^(--version|-V)$/.test(name) && args.length === 1) return printVersion(shell)
  const plain = COMMANDS.get(name)?.plain
  if (plain === undefined || (flag !== undefined && !plain.json)) return undefined
  if ((end !== -1) !== (plain.argv === true)) return undefined
  const options = flag === undefined ? {} : { json: true }
  return plain.load().then((action) => action(shell, options, args.slice(end + 1)))
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
