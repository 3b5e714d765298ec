import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Colour on a terminal that wants it, plain text everywhere else. */
export function paint(style: Style, text: string): string {
  const wanted = process.stdout.isTTY && (process.env.NO_COLOR ?? '') === ''
  return wanted ? styleText(style, text, { validateStream: false }) : text
}

/** What puts the next text at the top of an empty screen; nothing where there is none. */
export function clearScreen(): string {
  return process.stdout.isTTY ? '\u001B[H\u001B[2J' : ''
}
