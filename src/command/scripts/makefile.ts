/**
 * Makefiles and justfiles, as far as they are literal: rules with their prerequisites, and the lines of their recipes.
 * A line with a variable or function of the tool is left out: what it runs only the tool knows.
 * Source: GNU make manual, "Rules"; just manual, "Recipes".
 */
import type { ScriptStep } from './json-scripts.ts'

export interface Recipe {
  readonly needs: readonly string[]
  readonly steps: readonly ScriptStep[]
}

interface Draft {
  needs: string[]
  steps: ScriptStep[]
}

/** All rules by target, in the order of the file; a target of several rules has the steps of all. */
export function makeRecipes(text: string): ReadonlyMap<string, Recipe> {
  const recipes = new Map<string, Draft>()
  let open: readonly Draft[] = []
  for (const { line, number } of logicalLines(text)) {
    if (line.startsWith('\t')) {
      addStep(open, line.slice(1), number, '$')
      continue
    }
    const rule = /^([^\s#:=$][^#:=$]*):(?![:=])([^=]*)$/.exec(line)
    if (!rule) {
      if (line.trim() !== '' && !line.startsWith('#')) open = []
      continue
    }
    const [needs, inline] = splitAt(rule[2] ?? '', ';')
    open = (rule[1] ?? '')
      .trim()
      .split(/\s+/)
      .map((target) => entry(recipes, target))
    for (const each of open) each.needs.push(...plainNames(needs.replaceAll('|', ' ')))
    if (inline !== undefined) addStep(open, inline, number, '$')
  }
  return recipes
}

/** All recipes of a justfile by name. */
export function justRecipes(text: string): ReadonlyMap<string, Recipe> {
  const recipes = new Map<string, Draft>()
  let open: readonly Draft[] = []
  for (const { line, number } of logicalLines(text)) {
    if (/^[ \t]/.test(line)) {
      addStep(open, line, number, '{{')
      continue
    }
    const header = /^@?([A-Za-z_][\w-]*)([^:]*):(?!=)(.*)$/.exec(line)
    if (line.trim() !== '') open = header ? [entry(recipes, header[1] ?? '')] : []
    for (const each of open) each.needs.push(...plainNames((header?.[3] ?? '').replace('&&', ' ')))
  }
  return recipes
}

function entry(recipes: Map<string, Draft>, name: string): Draft {
  const found = recipes.get(name) ?? { needs: [], steps: [] }
  recipes.set(name, found)
  return found
}

/** One line of a recipe; its signs for echo and errors are the tool's. */
function addStep(open: readonly Draft[], text: string, line: number, sign: string): void {
  const code = text.trim().replace(/^[@+-]+\s*/, '')
  const plain = sign === '$' ? code.replaceAll('$$', '\0') : code
  if (code === '' || code.startsWith('#') || plain.includes(sign)) return
  for (const each of open) each.steps.push({ code: plain.replaceAll('\0', '$'), line })
}

function plainNames(text: string): readonly string[] {
  return text.split(/\s+/).filter((each) => /^[\w./-]+$/.test(each))
}

function splitAt(text: string, sign: string): readonly [string, string?] {
  const at = text.indexOf(sign)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

/** Lines joined where one ends in a backslash. */
function logicalLines(text: string): readonly { readonly line: string; readonly number: number }[] {
  const lines: { line: string; number: number }[] = []
  let isOpen = false
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const last = lines.at(-1)
    if (isOpen && last) last.line = `${last.line}${line.replace(/^\t/, '')}`
    else lines.push({ line, number: index + 1 })
    isOpen = line.endsWith('\\')
    const current = lines.at(-1)
    if (isOpen && current) current.line = `${current.line.slice(0, -1)} `
  }
  return lines
}
