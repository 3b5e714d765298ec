import { Command, CommanderError } from 'commander'
import { didYouMean } from '../domain/nearest.ts'
import { printableLine } from '../domain/printable.ts'
import { type Problem, ProblemError } from '../domain/problem.ts'
import { VERSION } from '../version.ts'
import { COMMANDS } from './command-table.ts'
import type { Shell } from './shell.ts'

/** Runs what the arguments say, whatever they say; resolves with the exit code. */
export async function runProgram(shell: Shell, args: readonly string[]): Promise<number> {
  let program: Command | undefined
  try {
    program = await buildProgram(shell, args)
    await program.parseAsync(args.length === 0 ? ['--help'] : args, { from: 'user' })
    return shell.exitCode()
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // What was asked for was help or the version.
    if (error.exitCode === 0) return 0
    throw (
      noSubcommand(error, program?.commands) ??
      new ProblemError(fromCommander(error, commandName(args)), error)
    )
  }
}

/** The program with the one command that these arguments name; with all their names when they name none. */
async function buildProgram(shell: Shell, args: readonly string[]): Promise<Command> {
  const program = createProgram(shell)
  const name = commandName(args)
  const entry = name === undefined ? undefined : COMMANDS.get(name)
  if (entry !== undefined) {
    const define = await entry.load()
    await define(program, shell)
    for (const command of program.commands) dress(command, shell)
    return program
  }
  if (name !== undefined && name !== 'help' && name !== 'complete') throw unknownCommand(name)
  const asked = name === 'help' ? args[args.indexOf(name) + 1] : undefined
  if (asked !== undefined && !asked.startsWith('-') && !COMMANDS.has(asked)) {
    throw unknownCommand(asked)
  }
  await defineAll(program, shell)
  return program
}

/** The whole tree: for the help page and for completion. */
async function defineAll(program: Command, shell: Shell): Promise<void> {
  for (const { load } of COMMANDS.values()) {
    const define = await load()
    await define(program, shell)
    // Completion comes last and offers what it finds on the others.
    for (const command of program.commands) dress(command, shell)
  }
}

function createProgram(shell: Shell): Command {
  const program = new Command('curfew')
    .description(
      'Knows who is awake on this machine, which jobs still run, and who has to be told.',
    )
    .version(VERSION, '-V, --version', 'print the version')
    .option('--home <DIR>', 'the home to work with (default: CURFEW_HOME, else your data folder)')
    .enablePositionalOptions()
    .showHelpAfterError(false)
    .addHelpText('after', EXAMPLES)
  dress(program, shell)
  return program
}

const EXAMPLES = `
Examples:
  curfew start                start the daemon in the background
  curfew status               what it knows
  curfew events -f            watch what happens
  curfew doctor               find out what is wrong

\`curfew COMMAND --help\` shows examples of each.`

/** Options and manners that all commands share. */
function dress(command: Command, shell: Shell): void {
  if (!command.options.some((option) => option.long === '--home')) {
    command.option('--home <DIR>', 'the home to work with')
  }
  command.exitOverride().configureOutput({
    writeOut: (text) => shell.out(text),
    writeErr: () => undefined,
    outputError: () => undefined,
  })
  for (const below of command.commands) dress(below, shell)
}

function commandName(args: readonly string[]): string | undefined {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? ''
    if (arg === '--home') index++
    else if (!arg.startsWith('-')) return arg
  }
  return undefined
}

function unknownCommand(
  name: string,
  known: Iterable<string> = COMMANDS.keys(),
  above?: string,
): ProblemError {
  const shown = printableLine(name, 60)
  return new ProblemError({
    kind: 'usage',
    message: `there is no command "${shown}"${didYouMean(name, known)}`,
    hint: `\`curfew ${above === undefined ? '' : `${above} `}--help\` lists them`,
  })
}

/** A command that does something by itself takes a mistyped one below it for one word too many. */
function noSubcommand(
  error: CommanderError,
  [command]: readonly Command[] = [],
): ProblemError | undefined {
  const known = command?.commands.map((below) => below.name()) ?? []
  const [, above, word = ''] =
    /^error: too many arguments for '(.+?)'\..* got \d+: (.+?)(?:, |\.$)/.exec(error.message) ?? []
  if (known.length === 0 || above !== command?.name()) return undefined
  return unknownCommand(word, known, above)
}

function noCommand(name: string | undefined): Problem {
  const above = name === undefined ? 'curfew' : `curfew ${name}`
  const which = name === undefined ? 'no command' : `no command of \`${above}\``
  return {
    kind: 'usage',
    message: `${which} is given`,
    hint: `\`${above} --help\` lists them`,
  }
}

function fromCommander(error: CommanderError, name: string | undefined): Problem {
  if (error.code === 'commander.help') return noCommand(name)
  const [first = '', second = ''] = error.message.split('\n')
  const guess = /\(Did you mean (?:one of )?(.+)\?\)/.exec(second)?.[1]
  const said = first.replace(/^error: /, '')
  const message = guess === undefined ? said : `${said}; did you mean ${guess}?`
  return { kind: 'usage', message: printableLine(message), hint: '`--help` shows examples' }
}
