/** How an agent that is not there any more is started again to be told something. */
export interface FollowUpPreset {
  readonly command: readonly string[]
  /** What it says when there is no such session; {session} stands for its name. */
  readonly goneSays: string
  /** It says so and yet ends well. */
  readonly goneEndsWell: boolean
}

export const FOLLOW_UP_PRESETS = {
  claude: {
    command: ['claude', '-p', '--resume', '{session}', '{text}'],
    goneSays: 'No conversation found with session ID: {session}',
    goneEndsWell: false,
  },
  codex: {
    command: ['codex', 'exec', 'resume', '{session}', '{text}'],
    goneSays: 'no rollout found for thread id {session}',
    goneEndsWell: false,
  },
  opencode: {
    command: ['opencode', 'run', '--session', '{session}', '{text}'],
    goneSays: 'Session not found: {session}',
    goneEndsWell: true,
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
  return said.includes(preset.goneSays.replace('{session}', session))
}

/** The longest text that one argument of a command can be, with room to spare. */
const MOST_WHOLE_TEXT = 100_000

/** What several follow-ups say as one text; where that gets too long, the outputs of the later ones are left out. */
export function joinTexts(texts: readonly string[]): string {
  let room = MOST_WHOLE_TEXT
  const parts = texts.map((text) => {
    const part =
      text.length <= room ? text : `${text.split('\nOutput')[0]?.slice(0, 2_000) ?? ''}\n`
    room -= part.length
    return part
  })
  return parts.join('\n')
}
