/**
 * Code in an argument, read as far as it is static: what files, hosts and commands it uses.
 */
import type { CodeLanguage } from '../../model/knowledge.ts'
import { readAwk } from './awk.ts'
import { readJavaScript } from './javascript.ts'
import { readLua } from './lua.ts'
import { readPerl, readPerlImport, readPerlSplit, readPerlSuffix } from './perl.ts'
import { readPhp } from './php.ts'
import { readPython } from './python.ts'
import { readRuby, readRubyRequire } from './ruby.ts'
import { readSed } from './sed.ts'
import { readSql } from './sql.ts'

/** A file that code uses; a path that is null is known only to the run. */
export interface PathUse {
  readonly kind: 'read' | 'write' | 'delete'
  readonly path: string | null
  readonly isTree: boolean
  /** What stands there afterwards may be a link: later paths below it may lead elsewhere. */
  readonly isMoved?: true
}

/** One thing that code surely or possibly does. A text that is null is known only to the run. */
export type CodeUse =
  | PathUse
  | { readonly kind: 'connect'; readonly host: string | null; readonly port: number | null }
  /** Code for `/bin/sh`. */
  | { readonly kind: 'shell'; readonly code: string }
  /** A program started with these words, without a shell. */
  | { readonly kind: 'argv'; readonly words: readonly (string | null)[] }
  /** A file whose content is run. */
  | { readonly kind: 'script'; readonly path: string }
  /** Files that are run where the directory has them: modules that are looked up beside the code first. */
  | { readonly kind: 'beside'; readonly names: readonly string[] }
  /** Code inside the code that was read too: for people; what it does stands beside it. */
  | { readonly kind: 'decoded'; readonly language: CodeLanguage; readonly code: string }
  /** An environment variable for the programs that it starts. */
  | { readonly kind: 'set'; readonly name: string | null }
  | { readonly kind: 'elevate' }

/** What code does. With a reason in `unknown` it may do anything besides: it is at least `ask`. */
export interface CodeReading {
  readonly uses: readonly CodeUse[]
  readonly unknown: string | null
}

/**
 * Everything that the code surely does, and why that may not be all.
 *
 * @param options - canonical names of the options that the interpreter was given
 * @param home - what `~` stands for where code asks for it
 */
export function readCode(
  language: CodeLanguage,
  code: string,
  options: ReadonlySet<string>,
  home: string,
): CodeReading {
  switch (language) {
    case 'sed':
      return complete(readSed(code), language)
    case 'awk':
      return complete(readAwk(code), language)
    case 'sql':
      return complete(readSql(code), language)
    case 'python':
      return readPython(code, options, home)
    case 'node':
      return readJavaScript(code, home)
    case 'php':
      return readPhp(code)
    case 'lua':
      return readLua(code)
    case 'perl':
      return readPerl(code, options)
    case 'ruby':
      return readRuby(code, options)
    case 'ruby-require':
      return readRubyRequire(code)
    case 'perl-import':
      return readPerlImport(code)
    case 'perl-split':
      return readPerlSplit(code)
    case 'perl-suffix':
      return readPerlSuffix(code)
    default:
      return complete(null, language)
  }
}

/** Several parts of a program in this language are the lines of one. */
export function hasJoinedCode(language: CodeLanguage): boolean {
  return language === 'perl' || language === 'ruby'
}

/** A reader that tells all or nothing. */
function complete(uses: readonly CodeUse[] | null, language: CodeLanguage): CodeReading {
  return uses
    ? { uses, unknown: null }
    : { uses: [], unknown: `code in ${language} that oa does not read` }
}
