/**
 * Numbers with units, as blocks write them: durations, sizes, counts, rates. Total: undefined for what is none.
 */

const DURATION_UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

const SIZE_UNITS_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  KB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
}

/** `500ms`, `30s`, `10m`, `1h`, `7d` in milliseconds; at least 1. */
export function parseDuration(text: string): number | undefined {
  return withUnit(text, DURATION_UNITS_MS)
}

/** `10MiB`, `1.5GB` in bytes; at least 1. */
export function parseSize(text: string): number | undefined {
  return withUnit(text, SIZE_UNITS_BYTES)
}

/** A whole number from 0 to 2^31 - 1. */
export function parseCount(text: string): number | undefined {
  if (!/^\d{1,10}$/.test(text)) return undefined
  const value = Number(text)
  return value < 2 ** 31 ? value : undefined
}

/** `60/m`: times per second, minute, hour or day. */
export function isRate(text: string): boolean {
  return /^[1-9]\d{0,8}\/[smhd]$/.test(text)
}

function withUnit(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const found = /^(\d{1,12}(?:\.\d{1,3})?)([A-Za-z]+)$/.exec(text)
  const unit = Object.hasOwn(units, found?.[2] ?? '') ? units[found?.[2] ?? ''] : undefined
  if (!found || unit === undefined) return undefined
  const value = Number(found[1]) * unit
  return Number.isSafeInteger(value) && value >= 1 ? value : undefined
}
