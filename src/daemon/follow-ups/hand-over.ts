import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Config } from '../../config.ts'
import type { FollowUpView } from '../../contract/follow-ups.ts'
import type { ChoreEnd } from '../../domain/chores.ts'
import { durationText } from '../../domain/duration-text.ts'
import {
  fillCommand,
  FOLLOW_UP_PRESETS,
  type FollowUpPreset,
  joinTexts,
  refuseSession,
  saysGone,
} from '../../domain/follow-up-command.ts'
import { isThere } from '../../host/file-exists.ts'
import type { Paths } from '../../host/paths.ts'
import { postJson } from '../../host/post-json.ts'
import { startCommand } from '../../host/run-chore.ts'
import { VERSION } from '../../version.ts'

export type HandOverEnd =
  | { readonly kind: 'heard' }
  | { readonly kind: 'gone'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string }

/** How follow-ups leave the house by themselves. */
export type Way = CommandWay | WebhookWay

interface CommandWay {
  readonly kind: 'command'
  readonly name: string
  readonly command: readonly string[]
  readonly preset: FollowUpPreset | null
  readonly timeoutMs: number
}

interface WebhookWay {
  readonly kind: 'webhook'
  readonly name: string
  readonly address: string
  readonly timeoutMs: number
}

export interface HandOver {
  readonly paths: Paths
  readonly session: string
  readonly followUps: readonly FollowUpView[]
  /** The folder of the first job. */
  readonly cwd: string
  readonly gone: AbortSignal
}

const MOST_SAID = 64 * 1024

/** The way that the config names; null where follow-ups wait to be fetched. */
export function wayOf({ followUp }: Config): Way | null {
  const { command, preset, webhook, commandTimeout: timeoutMs, webhookTimeout } = followUp
  if (command !== null) {
    return { kind: 'command', name: command[0] ?? '', command, preset: null, timeoutMs }
  }
  if (preset !== null) {
    const known = FOLLOW_UP_PRESETS[preset]
    const { command: itsCommand } = known
    return {
      kind: 'command',
      name: `preset ${preset}`,
      command: itsCommand,
      preset: known,
      timeoutMs,
    }
  }
  if (webhook === null) return null
  return { kind: 'webhook', name: 'webhook', address: webhook, timeoutMs: webhookTimeout }
}

export function handOver(way: Way, what: HandOver): Promise<HandOverEnd> {
  return way.kind === 'command' ? tellByCommand(way, what) : post(way, what)
}

async function tellByCommand(way: CommandWay, what: HandOver): Promise<HandOverEnd> {
  const { preset } = way
  const refused = preset === null ? undefined : refuseSession(preset, what.session)
  if (refused !== undefined) return { kind: 'failed', why: refused }
  let end: HandOverEnd = { kind: 'failed', why: 'there is no folder to run it in' }
  for (const cwd of foldersFor(way, what)) {
    end = await runCommand(way, what, cwd)
    if (end.kind !== 'gone') break
  }
  return end
}

/** Its folder may be gone with the work that was done in it. */
function foldersFor({ preset }: CommandWay, { cwd, paths }: HandOver): string[] {
  if (preset?.byFolder !== true) return [isThere(cwd) ? cwd : paths.home]
  const folders = [cwd]
  // The agent that started the job may have gone down from where its session began.
  for (let at = cwd; at !== dirname(at) && at !== homedir(); at = dirname(at))
    folders.push(dirname(at))
  return folders.filter(isThere)
}

async function runCommand(
  { command, preset, timeoutMs }: CommandWay,
  { paths, session, followUps, cwd, gone }: HandOver,
  folder: string,
): Promise<HandOverEnd> {
  const first = followUps[0]?.job ?? 0
  const values = {
    session,
    text: joinTexts(followUps.map(({ text }) => text)),
    ids: followUps.map(({ id }) => id).join(','),
    cwd,
  }
  let said = ''
  const run = startCommand({
    command: fillCommand(command, values),
    paths,
    log: join(paths.jobs, String(first), 'follow-up.log'),
    cwd: folder,
    environment: { CURFEW_SESSION: session },
    // An agent takes what it finds there for more of the text.
    input: preset === null ? `${JSON.stringify(followUps)}\n` : '',
    onOutput: (chunk, from) => {
      // What it answers may quote anything; only its errors say that there is no such session.
      if (from === 'stderr') said = (said + chunk.toString('utf8')).slice(-MOST_SAID)
    },
  })
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    run.stop()
  }, timeoutMs)
  gone.addEventListener('abort', run.stop)
  // A daemon that began to leave while this was made ready has told so before anybody listened.
  if (gone.aborted) run.stop()
  const end = await run.end
  clearTimeout(timer)
  gone.removeEventListener('abort', run.stop)
  const isWell = end.kind === 'exited' && end.code === 0
  if (preset !== null && (!isWell || preset.goneEndsWell) && saysGone(preset, session, said)) {
    return { kind: 'gone', why: 'its agent knows no such session' }
  }
  if (isWell) return { kind: 'heard' }
  const late = `the command took longer than ${durationText(timeoutMs)}`
  return { kind: 'failed', why: isLate ? late : sayEnd(end) }
}

function sayEnd(end: ChoreEnd): string {
  if (end.kind === 'exited') return `the command ended with code ${end.code}`
  if (end.kind === 'signalled') return `the command was ended by ${end.signal}`
  return end.kind === 'done' ? end.note : end.reason
}

async function post(
  { address, timeoutMs }: WebhookWay,
  { session, followUps, gone }: HandOver,
): Promise<HandOverEnd> {
  const body = JSON.stringify({ session, followups: followUps })
  const headers = { 'user-agent': `curfew/${VERSION}` }
  const answer = await postJson(address, body, { timeoutMs, headers, gone })
  if (answer.kind === 'failed') return { kind: 'failed', why: `the webhook: ${answer.why}` }
  const { status } = answer
  if (status >= 200 && status < 300) return { kind: 'heard' }
  const isRedirect = status >= 300 && status < 400
  const why = `the webhook answered ${status}${isRedirect ? ', and redirects are not followed' : ''}`
  return { kind: 'failed', why }
}
