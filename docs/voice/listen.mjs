// Runs the processor of worklet.mjs in an audio context: of the page's own sound as fast as it goes, or of a source as it plays.
import { BANDS, RATE } from './features.mjs';

/** Milliseconds in which an audio device has to start. */
const PATIENCE = 2000;

/** Resolves with the node once its processor is ready, and the microseconds of a frame. */
async function addDetector(context, { url, bytes }, onFrames) {
  if (context.audioWorklet === undefined) throw new Error('This browser has no AudioWorklet here.');
  await context.audioWorklet.addModule(url);
  const node = new AudioWorkletNode(context, 'voice', { processorOptions: { bytes } });
  const microseconds = await new Promise((resolve, reject) => {
    node.onprocessorerror = () => reject(new Error('The processor in the audio thread has failed.'));
    node.port.onmessage = ({ data }) => (data.type === 'ready' ? resolve(data.microseconds) : onFrames(data.frames));
  });
  node.connect(context.destination); // an unconnected node is not processed; its output is silence
  return { node, microseconds };
}

/**
 * Runs samples of RATE through the processor, as fast as it goes.
 *
 * @param {{ url: string, bytes: Uint8Array }} program - address of worklet.mjs, and the model
 * @returns bands and probability of each frame [T·(BANDS + 1)], and the microseconds of a frame
 */
export async function listenOffline(program, samples, frameCount) {
  const context = new OfflineAudioContext(1, samples.length, RATE);
  const all = new Float32Array(frameCount * (BANDS + 1));
  let [filled, finish] = [0, undefined];
  const finished = new Promise((resolve) => {
    finish = resolve;
  });
  const { node, microseconds } = await addDetector(context, program, (frames) => {
    all.set(frames, filled);
    filled += frames.length;
    if (filled === all.length) finish();
  });
  sourceOf(context, samples).connect(node);
  await context.startRendering();
  await finished;
  return { frames: all, microseconds };
}

/** A source that plays samples of RATE from the start on. */
function sourceOf(context, samples) {
  const buffer = new AudioBuffer({ numberOfChannels: 1, length: samples.length, sampleRate: RATE });
  buffer.copyToChannel(samples, 0);
  const source = new AudioBufferSourceNode(context, { buffer });
  source.start();
  return source;
}

/** Waits until a context runs. */
async function start(context) {
  const late = new Promise((_, reject) => {
    const reason = 'This browser plays no sound: it has no audio device, or does not allow it.';
    setTimeout(() => reject(new Error(reason)), PATIENCE);
  });
  await Promise.race([context.resume(), late]);
}

/** Listens to a source in real time. `connect` receives context and node, and returns what has to be stopped in the end. */
async function listen(program, onFrames, connect) {
  const context = new AudioContext();
  let stopSource;
  const stop = () => {
    stopSource?.();
    if (context.state !== 'closed') context.close();
  };
  try {
    await start(context);
    const { node, microseconds } = await addDetector(context, program, onFrames);
    stopSource = await connect(context, node);
    return { microseconds, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

/** Plays samples of RATE, and listens to them. Calls `onEnd` at their end. */
export function listenToSamples(program, samples, onFrames, onEnd) {
  return listen(program, onFrames, (context, node) => {
    const source = sourceOf(context, samples);
    source.connect(node);
    source.connect(context.destination);
    source.onended = onEnd;
    return () => {
      source.onended = null;
      source.stop();
    };
  });
}

const REFUSALS = {
  NotAllowedError: 'The microphone was refused. Your browser lets you allow it beside the address of the page.',
  NotFoundError: 'There is no microphone.',
  OverconstrainedError: 'There is no microphone.', // WebKitGTK
  NotReadableError: 'The microphone is in use elsewhere.',
};

async function openMicrophone() {
  if (navigator.mediaDevices === undefined) throw new Error('This browser gives no microphone to this page.');
  const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  return navigator.mediaDevices.getUserMedia({ audio: plain }).catch((error) => {
    throw new Error(REFUSALS[error.name] ?? `There is no sound of a microphone: ${error.message}`);
  });
}

/** Asks for the microphone, and listens to it. */
export async function listenToMicrophone(program, onFrames) {
  const stream = await openMicrophone();
  const stopStream = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  try {
    return await listen(program, onFrames, (context, node) => {
      new MediaStreamAudioSourceNode(context, { mediaStream: stream }).connect(node);
      return stopStream;
    });
  } catch (error) {
    stopStream();
    throw error;
  }
}
