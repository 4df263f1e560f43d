// Objects that throw when they are read.

/** A proxy that throws whatever is asked of it. */
export function revoked(of: object): never {
  const { proxy, revoke } = Proxy.revocable(of, {});
  revoke();
  return proxy as never;
}

export const thrown: Error = new Error('boo');

/** An object with a property that throws `thrown`. */
export const throwing = (name: string, rest: object): never =>
  Object.defineProperty({ ...rest }, name, {
    get(): never {
      throw thrown;
    },
  }) as never;
