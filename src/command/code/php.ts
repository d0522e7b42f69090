/**
 * PHP one-liners: `php -r`, and code on its standard input.
 */
import { PHP_LIBRARY } from './php-library.ts'
import { parsePhp } from './php-tree.ts'
import type { CodeReading } from './read.ts'
import { decodedText, text } from './static-folds.ts'
import type { StaticLanguage } from './static-language.ts'
import { readStatic } from './static-run.ts'
import { LibraryTable } from './static-table.ts'
import { DATA, entity, unknown } from './static-values.ts'

/** Made when first needed. */
let php: StaticLanguage | null = null

/** What PHP code does, as far as it is static. */
export function readPhp(code: string): CodeReading {
  php ??= phpOf()
  return readStatic(php, code)
}

/** Streams that are no files. */
const OPEN = /^(?:php:\/\/(?:stdin|stdout|stderr|output|memory|temp\b.*)$|data:)/i

/** Variables that are there from the start. */
const GIVEN = new Set(
  '$argv $argc $_SERVER $_ENV $_GET $_POST $_REQUEST $_COOKIE $_FILES $http_response_header'.split(
    ' ',
  ),
)

function phpOf(): StaticLanguage {
  const table = new LibraryTable(PHP_LIBRARY)
  return {
    name: 'php',
    parse: parsePhp,
    decoders: new Set(['base64_decode', 'hex2bin', 'chr', 'strrev', 'str_rot13']),
    table,
    hasOpenMembers: false,
    callsTexts: true,
    hasUrlPaths: true,
    urlIn(path) {
      if (!/^(?:[a-z][a-z0-9+.-]*:\/\/|data:)/i.test(path)) return null
      if (OPEN.test(path)) return ''
      return /^(?:https?|ftps?):\/\//i.test(path) ? path : '?'
    },
    isDoor: (name) => name.startsWith('__'),
    canonical: (name) => name.toLowerCase().replace(/^\\/, ''),
    global(name) {
      if (GIVEN.has(name)) return DATA
      return table.row(name) ? entity(name) : null
    },
    module: (name) => ({ value: unknown(name), uses: [], unknown: `loads \`${name}\`` }),
    folds: {
      base64_decode: (data) => decodedText(data, 'base64'),
      hex2bin: (data) => decodedText(data, 'hex'),
      chr: (code) =>
        typeof code === 'number' && code >= 0 && code < 128 ? String.fromCharCode(code) : undefined,
      strrev: (data) => text(data)?.split('').reverse().join(''),
      strtolower: (data) => text(data)?.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
      str_rot13: (data) =>
        text(data)?.replace(/[a-z]/gi, (letter) => {
          const base = letter <= 'Z' ? 65 : 97
          return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base)
        }),
      trim: (data, ...more) => (more.length === 0 ? text(data)?.trim() : undefined),
    },
  }
}
