/**
 * The message format of the screens: plain text with {names}. vue-i18n takes it as its compiler, so that nothing is evaluated (the content
 * security policy forbids it) and its own compiler stays out of the bundle. https://vue-i18n.intlify.dev/guide/advanced/format
 */
import type { MessageContext, MessageFunction } from 'vue-i18n'

const showValue = (value: unknown, name: string): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : `{${name}}`)

/** Splits once, joins at each use. A name without a value shows as itself, so that a slip is seen. */
export const compileMessage = (message: unknown): MessageFunction<string> => {
  const parts = String(message).split(/\{([a-zA-Z][a-zA-Z0-9]*)\}/)
  return (context: MessageContext<string>) =>
    parts.map((part, index) => (index % 2 === 0 ? part : showValue(context.named(part), part))).join('')
}
