import { removeMarker as removeShown, type Shown } from '../host/marker-file.ts'

/** Removes the lock marker that a person was shown, and no other. */
export function removeMarker(path: string, shown: Shown): 'removed' | 'changed' | 'missing' {
  return removeShown(path, shown)
}
