/** What the parser says of an error: the types of token that could have stood there. */
import type { IParserErrorMessageProvider, TokenType } from 'chevrotain'

const names = (types: readonly (TokenType | undefined)[]): string =>
  [...new Set(types.flatMap((each) => (each ? [each.name] : [])))].join(' ')

/**
 * Messages are made in `src/syntax/explain.ts`, which knows the statement and the text; what it needs from here is
 * the names of the token types that could have stood there.
 */
export const EXPECTED_NAMES: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => names([expected]),
  buildNotAllInputParsedMessage: () => '',
  buildNoViableAltMessage: ({ expectedPathsPerAlt }) =>
    names(expectedPathsPerAlt.flatMap((paths) => paths.map(([first]) => first))),
  buildEarlyExitMessage: ({ expectedIterationPaths }) =>
    names(expectedIterationPaths.map(([first]) => first)),
}
