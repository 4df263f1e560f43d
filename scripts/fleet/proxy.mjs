// A network that can be cut: a TCP proxy in front of a server of this machine.
import { connect, createServer } from 'node:net';

/** Listens on a port of its own. `cut` stops all bytes without a word, as an unplugged cable does; `mend` lets new connections through. */
export async function startProxy(port) {
  const pairs = new Set();
  let isCut = false;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    const pair = { near, far };
    pairs.add(pair);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      from.on('data', (data) => isCut || to.write(data));
      from.on('error', () => {});
      from.on('close', () => {
        pairs.delete(pair);
        if (!isCut) to.destroy();
      });
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const reset = () => {
    for (const { near, far } of pairs) {
      near.destroy();
      far.destroy();
    }
  };
  return {
    port: server.address().port,
    cut() {
      isCut = true;
    },
    mend() {
      isCut = false;
      reset();
    },
    stop() {
      reset();
      server.close();
    },
  };
}
