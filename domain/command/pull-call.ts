import type { EngineCall } from './action';

/** Fetches an image. Without a tag the engine would fetch all tags of its repository; docker means `latest`. */
export function pullCall(image: string): EngineCall {
  const named = image.includes('@') || image.lastIndexOf(':') > image.lastIndexOf('/') ? image : `${image}:latest`;
  return { method: 'POST', path: '/images/create', query: { fromImage: named }, answer: 'lines', expect: [200] };
}
