/** 127.0.0.0/8, ::1 or localhost: what is said there does not leave the machine. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.|$)){3}$/.test(host)
