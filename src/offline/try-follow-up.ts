import type { FollowUpTrialView } from '../contract/follow-ups.ts'
import { followUpText } from '../domain/follow-up-text.ts'
import {
  fillCommand,
  FOLLOW_UP_PRESETS,
  type FollowUpPresetName,
  refuseSession,
} from '../domain/follow-up-command.ts'
import { didYouMean } from '../domain/nearest.ts'
import { printableLine } from '../domain/printable.ts'
import { ProblemError } from '../domain/problem.ts'
import { sessionName } from '../formats/request-fields.ts'
import { isProgram } from '../host/find-program.ts'
import type { Paths } from '../host/paths.ts'
import { requireConfig } from './config.ts'

/** What would be run or called for a job that has just ended in that folder; nothing is. */
export async function tryFollowUp(
  paths: Paths,
  environment: NodeJS.ProcessEnv,
  asked: { readonly preset?: string; readonly session: string; readonly cwd: string },
): Promise<FollowUpTrialView> {
  const { session, cwd } = asked
  refuseUnusable(session)
  const { followUp } = await requireConfig(paths, environment)
  const preset = asked.preset === undefined ? followUp.preset : findPreset(asked.preset)
  const known = preset === null ? null : FOLLOW_UP_PRESETS[preset]
  const own = asked.preset === undefined ? followUp.command : null
  const command = own ?? known?.command ?? null
  if (command !== null) {
    const argv = fillCommand(command, { session, cwd, ids: '2', text: sampleText(cwd) })
    const [program = ''] = argv
    const refused = known === null ? undefined : refuseSession(known, session)
    const missing = isProgram(program, cwd, environment.PATH)
      ? null
      : `there is no program "${printableLine(program, 60)}" on this PATH`
    return { way: 'command', argv, cwd, problem: refused ?? missing }
  }
  if (followUp.webhook !== null) return { way: 'webhook', address: followUp.webhook }
  throw new ProblemError({
    kind: 'unusable',
    message: 'the config names no way to hand over follow-ups: they wait to be fetched',
    hint: 'set followUp.preset, followUp.command or followUp.webhook, or give --preset here',
  })
}

/** A name that no job could be given. */
function refuseUnusable(session: string): void {
  const { error } = sessionName().safeParse(session)
  const why = error?.issues[0]?.message
  if (why === undefined) return
  throw new ProblemError({
    kind: 'usage',
    message: `session: ${why}, got "${printableLine(session, 60)}"`,
    hint: '`curfew followups test --help` shows examples',
  })
}

function findPreset(name: string): FollowUpPresetName {
  const names = Object.keys(FOLLOW_UP_PRESETS) as FollowUpPresetName[]
  const found = names.find((each) => each === name)
  if (found !== undefined) return found
  throw new ProblemError({
    kind: 'usage',
    message: `there is no preset "${printableLine(name, 40)}"${didYouMean(name, names)}`,
    hint: `they are ${names.join(', ')}`,
  })
}

function sampleText(cwd: string): string {
  const job = { id: 1, name: 'a trial', command: ['true'], cwd, ranMs: 1_200 }
  const end = { status: 'succeeded', reason: 'exit code 0' } as const
  return followUpText({ ...job, ...end }, { head: 'all is well\n', leftOutBytes: 0, tail: '' })
}
