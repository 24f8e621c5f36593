/** English texts in one lazy chunk. */
interface Messages { [key: string]: string | Messages }

const files = import.meta.glob<Messages>('./en/*.ts', { eager: true, import: 'default' })

export default Object.fromEntries(Object.entries(files).map(([path, messages]) => [path.replace(/^.*\/|\.ts$/g, ''), messages]))
