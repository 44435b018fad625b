import type { RefObject } from 'preact';
import { useCallback, useRef, useState } from 'preact/hooks';

interface Place {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

const [MIN_SCALE, MAX_SCALE] = [0.15, 3];
const STEP = 1.2;
const PAN_PX = 40;

const clamp = (scale: number): number => Math.min(MAX_SCALE, Math.max(MIN_SCALE, scale));

/** Drag, wheel, pinch, and keys: arrows, + and −, 0 to fit. */
export const usePanZoom = (
  frame: RefObject<SVGSVGElement | null>,
  { width, height }: { readonly width: number; readonly height: number },
) => {
  const [place, setPlace] = useState<Place>({ x: 0, y: 0, scale: 1 });
  const pointers = useRef(new Map<number, { x: number; y: number }>());

  const show = useCallback(() => {
    const { clientWidth = 0, clientHeight = 0 } = frame.current ?? {};
    if (clientWidth === 0) return;
    const scale = clamp(Math.min(1.15, clientWidth / width, clientHeight / height));
    setPlace({
      scale,
      x: (clientWidth - width * scale) / 2,
      y: Math.max(0, (clientHeight - height * scale) / 2),
    });
  }, [frame, width, height]);

  const zoom = (factor: number, at?: { x: number; y: number }): void =>
    setPlace((before) => {
      const scale = clamp(before.scale * factor);
      const { clientWidth = 0, clientHeight = 0 } = frame.current ?? {};
      const { x, y } = at ?? { x: clientWidth / 2, y: clientHeight / 2 };
      const grown = scale / before.scale;
      return { scale, x: x - (x - before.x) * grown, y: y - (y - before.y) * grown };
    });
  const pan = (x: number, y: number): void =>
    setPlace((before) => ({ ...before, x: before.x + x, y: before.y + y }));

  const local = (event: { clientX: number; clientY: number }) => {
    const { left = 0, top = 0 } = frame.current?.getBoundingClientRect() ?? {};
    return { x: event.clientX - left, y: event.clientY - top };
  };

  const KEYS: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => pan(PAN_PX, 0),
    ArrowRight: () => pan(-PAN_PX, 0),
    ArrowUp: () => pan(0, PAN_PX),
    ArrowDown: () => pan(0, -PAN_PX),
    '+': () => zoom(STEP),
    '=': () => zoom(STEP),
    '-': () => zoom(1 / STEP),
    '0': show,
  };

  const handlers = {
    onWheel: (event: WheelEvent) => {
      event.preventDefault();
      zoom(event.deltaY < 0 ? STEP : 1 / STEP, local(event));
    },
    onPointerDown: (event: PointerEvent) => {
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
      pointers.current.set(event.pointerId, local(event));
    },
    onPointerMove: (event: PointerEvent) => {
      const before = pointers.current.get(event.pointerId);
      if (before === undefined) return;
      const now = local(event);
      const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
      if (other === undefined) pan(now.x - before.x, now.y - before.y);
      else {
        const apart = (to: { x: number; y: number }) => Math.hypot(to.x - other.x, to.y - other.y);
        zoom(apart(now) / (apart(before) || 1), other);
      }
      pointers.current.set(event.pointerId, now);
    },
    onPointerUp: (event: PointerEvent) => void pointers.current.delete(event.pointerId),
    onPointerCancel: (event: PointerEvent) => void pointers.current.delete(event.pointerId),
    onKeyDown: (event: KeyboardEvent) => {
      const act = KEYS[event.key];
      if (act === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    },
  };
  const { x, y, scale } = place;
  return { transform: `translate(${x} ${y}) scale(${scale})`, handlers, show };
};
