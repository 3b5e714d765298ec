import { printableLine } from './printable.ts'

/** How an agent that is not there any more is started again to be told something. */
export interface FollowUpPreset {
  readonly command: readonly string[]
  /** What it says when there is no such session; {session} stands for its name. */
  readonly goneSays: string
  /** It says so and yet ends well. */
  readonly goneEndsWell: boolean
  /** It knows a session only in the folder in which that began. */
  readonly byFolder: boolean
  /** Given any other name it ends well and has told nobody, or somebody new. */
  readonly names: { readonly form: RegExp; readonly say: string } | null
}

export const FOLLOW_UP_PRESETS = {
  claude: {
    command: ['claude', '-p', '--resume', '{session}', '{text}'],
    goneSays: 'No conversation found with session ID: {session}',
    goneEndsWell: false,
    byFolder: true,
    names: null,
  },
  codex: {
    command: ['codex', 'exec', 'resume', '{session}', '{text}'],
    goneSays: 'no rollout found for thread id {session}',
    goneEndsWell: false,
    byFolder: false,
    names: { form: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, say: 'a UUID' },
  },
  opencode: {
    command: ['opencode', 'run', '--session', '{session}', '{text}'],
    goneSays: 'Session not found: {session}',
    goneEndsWell: true,
    byFolder: false,
    names: { form: /^ses_/, say: 'one that begins with "ses_"' },
  },
} as const satisfies Record<string, FollowUpPreset>

export type FollowUpPresetName = keyof typeof FOLLOW_UP_PRESETS

/** What is put in place of the words in braces. */
export interface CommandValues {
  readonly session: string
  readonly text: string
  readonly ids: string
  readonly cwd: string
}

/** The command with its values, each put in once: what is put in is never looked through again. */
export function fillCommand(command: readonly string[], values: CommandValues): string[] {
  const known = new Map<string, string>(Object.entries(values))
  return command.map((word) =>
    word.replaceAll(
      /\{(session|text|ids|cwd)\}/g,
      (whole, name: string) => known.get(name) ?? whole,
    ),
  )
}

/** Whether what it said means that there is no such session. */
export function saysGone(preset: FollowUpPreset, session: string, said: string): boolean {
  return said.includes(preset.goneSays.replace('{session}', () => session))
}

/** Why this agent can have no such session; undefined where it may. */
export function refuseSession(
  { names, command }: FollowUpPreset,
  session: string,
): string | undefined {
  if (names === null || names.form.test(session)) return undefined
  return `"${printableLine(session, 60)}" is no session of ${command[0]}: expected ${names.say}`
}

/** Linux takes no argument of 128 KiB or more. */
const MOST_BYTES = 100_000
/** What is left of a text that has no room: how it ended and what it was; no character takes more bytes than three. */
const SHORT = 400
const SHORT_BYTES = 3 * SHORT

/** What several follow-ups say as one text; where that gets too long, the outputs of the later ones are left out. */
export function joinTexts(texts: readonly string[]): string {
  let room = MOST_BYTES - texts.length * SHORT_BYTES
  const parts = texts.map((text) => {
    const more = new TextEncoder().encode(text).length - SHORT_BYTES
    if (more > room)
      return `${
        text
          .split('\nOutput')[0]
          ?.slice(0, SHORT - 1)
          .toWellFormed() ?? ''
      }\n`
    room -= Math.max(0, more)
    return text
  })
  return parts.join('\n')
}
