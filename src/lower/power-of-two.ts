/** The least power of two, from two on, that is not below `least`: sizes of open-addressed tables. */
export function powerOfTwo(least: number): number {
  let size = 2
  while (size < least) size *= 2
  return size
}
