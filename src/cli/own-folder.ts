import { resolve } from 'node:path'
import { ProblemError } from '../domain/problem.ts'

/** The folder that was named, else the one we were called in. */
export function ownFolder(named?: string): string {
  try {
    return resolve(named ?? '.')
  } catch (error) {
    throw new ProblemError(GONE, error)
  }
}

const GONE = {
  kind: 'usage',
  message: 'the folder this was called in is gone',
  hint: 'go to another one, or name one with --cwd /path',
} as const
