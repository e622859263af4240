/** A credential id as WebAuthn and our services write it, from Kratos' hexadecimal. */
export function base64UrlOf(hexadecimal: string): string {
  const bytes = (hexadecimal.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
