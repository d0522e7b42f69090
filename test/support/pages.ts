/**
 * Markdown pages of the project: their headings and links.
 */
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { ROOT } from './corpus.ts'
import { filesBelow, readText } from './sources.ts'

/** Every page of the project, relative to the repository. */
export function pages(): readonly string[] {
  const top = readdirSync(ROOT).filter((name) => name.endsWith('.md'))
  const folders = ['docs', 'grammar', 'policies', 'examples', 'schema', 'test', 'bench']
  return [...top, ...folders.flatMap((folder) => filesBelow(folder, '.md'))].filter(
    (path) => !path.startsWith('test/corpus/'),
  )
}

/** The text without fenced code and comments. */
function prose(text: string): string {
  return text.replace(/^(```+|~~~+)[^]*?^\1\s*$/gm, '').replace(/<!--[^]*?-->/g, '')
}

/** Headings without their marks; of one level, or of all. Code ticks are dropped. */
export function headings(text: string, level?: number): readonly string[] {
  return [...prose(text).matchAll(/^(#{1,6})\s+(.+?)\s*#*$/gm)]
    .filter((match) => level === undefined || match[1]?.length === level)
    .map((match) => (match[2] ?? '').replaceAll('`', ''))
}

/** The anchor that GitHub gives a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')
}

/** Links of a page to files or headings that are not there, as `page: link`. */
export function brokenLinks(path: string): readonly string[] {
  const text = prose(readText(path)).replace(/`[^`\n]*`/g, '')
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '')
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => !leadsSomewhere(path, target))
    .map((target) => `${path}: ${target}`)
}

function leadsSomewhere(path: string, target: string): boolean {
  const [file = '', fragment] = target.split('#')
  const page = file === '' ? path : normalize(join(dirname(path), file))
  if (page.startsWith('..') || !existsSync(join(ROOT, page))) return false
  if (fragment === undefined || !page.endsWith('.md')) return true
  return headings(readText(page)).some((heading) => anchor(heading) === fragment)
}
