import { InvalidArgumentError } from 'commander'

type Metadata = Readonly<Record<string, unknown>>

/** `K=V` is text; `K:=JSON` is what it says, and null takes the key away. May be repeated. */
export function collectMetadata(text: string, before: Metadata = {}): Metadata {
  const at = text.indexOf('=')
  const isJson = text[at - 1] === ':'
  const key = text.slice(0, isJson ? at - 1 : at)
  if (at < 1 || key === '') throw new InvalidArgumentError('expected NAME=TEXT, or NAME:=JSON')
  const value = text.slice(at + 1)
  return { ...before, [key]: isJson ? readJson(value) : value }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new InvalidArgumentError('what follows := is no JSON; NAME=TEXT takes any text')
  }
}
